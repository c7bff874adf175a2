using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Client.Tests;

public sealed class TopicBookTests
{
    private const string Topic = Lines.Lot;

    private readonly FakeTimeProvider time = new();
    private readonly List<(long Epoch, long Version)> shown = [];
    private readonly TopicBook book;

    public TopicBookTests()
    {
        book = new TopicBook(new Lock(), time);
        book.Add([Topic]);
    }

    [Fact]
    public void A_host_that_does_not_know_it_was_replaced_pushes_in_vain()
    {
        Push(1, 90);
        Push(2, 1);
        for (var version = 91; version < 200; version++)
        {
            Push(1, version);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([(1, 90), (2, 1)], shown);
    }

    /// <summary>The twin: by the version alone the figure goes back to the host that was replaced.</summary>
    [Fact]
    public void Without_the_epoch_it_would_be_shown()
    {
        LiveUpdate Of(long epoch, long version) => new(Topic, epoch, version, null);
        static bool ByVersionAlone(LiveUpdate update, LiveUpdate held) => update.Version > held.Version;
        Assert.True(ByVersionAlone(Of(1, 91), Of(2, 1)));
        Assert.False(Of(1, 91).IsNewerThan(Of(2, 1)));
    }

    [Fact]
    public void An_older_answer_is_believed_when_it_is_given_again_after_the_doubt()
    {
        Answer(7, 50);
        Answer(3, 8);
        Assert.Equal([(7, 50)], shown);
        Assert.Empty(book.Doubted().Now);
        Assert.Equal(TopicBook.DoubtFor, book.Doubted().Next);

        time.Advance(TopicBook.DoubtFor);
        Assert.Equal([Topic], book.Doubted().Now);
        Answer(3, 9);
        Assert.Equal([(7, 50), (3, 9)], shown);
        Assert.Equal((0, null), (book.Doubted().Now.Count, book.Doubted().Next));
        Push(3, 10);
        Assert.Equal((3, 10), shown[^1]);
    }

    [Fact]
    public void A_doubt_is_settled_by_an_answer_as_new_as_what_is_held_and_not_by_a_late_push()
    {
        Answer(7, 50);
        Answer(3, 8);
        Push(3, 9);
        Assert.NotNull(book.Doubted().Next);
        Answer(7, 50);
        Assert.Null(book.Doubted().Next);
        time.Advance(TopicBook.DoubtFor);
        Answer(3, 8);
        Assert.Equal([(7, 50)], shown);
    }

    [Fact]
    public void A_place_that_is_said_to_be_gone_is_doubted_too()
    {
        Answer(7, 50);
        Absent();
        time.Advance(TopicBook.DoubtFor);
        Absent();
        Assert.Equal([(7, 50), (0, 0)], shown);
        Push(1, 1);
        Assert.Equal((1, 1), shown[^1]);
    }

    private void Push(long epoch, long version) => Take(epoch, version, isAnswer: false);

    private void Answer(long epoch, long version) => Take(epoch, version, isAnswer: true);

    private void Absent() => book.Take(new LiveUpdate(Topic, 0, 0, null), isAnswer: true, Show);

    private void Take(long epoch, long version, bool isAnswer) =>
        book.Take(new LiveUpdate(Topic, epoch, version, JsonElement.Parse("{}")), isAnswer, Show);

    private void Show(LiveUpdate update) => shown.Add((update.Epoch, update.Version));
}
