using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;

namespace Coordination.Grains.Tests;

/// <summary>Who gave a command travels with the call into the store.</summary>
public sealed class CallActorTests(PlaceCluster cluster) : IClassFixture<PlaceCluster>
{
    [Fact]
    public async Task Each_command_is_stored_with_who_gave_it()
    {
        CallActor.Set(new Actor("accounts/1", "accounts/2", "devices/counter-1"));
        var lot = await cluster.LotAsync("signed");
        CallActor.Set(new Actor("devices/gate-1"));
        await lot.Record([cluster.In(1), cluster.In(2)]);
        CallActor.Set(null);
        await lot.Execute(new CorrectCount(null, 50, "a", "b"), null);

        var stored = await EventsAsync("parking-lots/signed");

        Assert.Equal(new RecordedBy("accounts/1", "accounts/2", "devices/counter-1"), stored[0].By);
        Assert.Equal(2, stored.Count(envelope => envelope.By == new RecordedBy("devices/gate-1")));
        Assert.Null(stored[^1].By);
    }

    [Fact]
    public async Task Callers_that_share_a_commit_are_told_apart()
    {
        var lot = await cluster.LotAsync("shared");
        cluster.Store.Close();
        var first = As("devices/a", () => lot.Record([cluster.In(1, device: "a")]));
        await cluster.Store.Arrived.Task;
        var others = Enumerable.Range(0, 8).Select(n => As($"devices/{n}", () => lot.Record([cluster.In(1, device: $"{n}")]))).ToArray();
        cluster.Store.Open();
        await Task.WhenAll([first, .. others]);

        var stored = await EventsAsync("parking-lots/shared");

        Assert.All(
            stored.Where(envelope => envelope.Event is MovementRecorded),
            envelope => Assert.Equal("devices/" + ((MovementRecorded)envelope.Event).DeviceId, envelope.By?.Who));
        Assert.Equal(9, stored.Count(envelope => envelope.Event is MovementRecorded));
    }

    /// <summary>The clock of a place is set in a caller's call, and what it does then is not the caller's doing.</summary>
    [Fact]
    public async Task What_falls_due_in_a_place_is_its_own_doing()
    {
        await using var own = new PlaceCluster();
        await own.InitializeAsync();
        CallActor.Set(new Actor("accounts/1"));
        var lot = await own.LotAsync("due");
        await lot.Execute(new ChangeCapacity(null, 900, own.Time.GetUtcNow().AddHours(1)), null);
        await own.RestartAsync();
        own.Time.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(await own.Grains.GetGrain<IParkingLotGrain>("due").GetView()); // The call that wakes it is the caller's too.

        var stored = await EventsAsync(own, "parking-lots/due");

        Assert.Contains(stored, envelope => envelope.By?.Who is "accounts/1");
        Assert.All(stored.Where(envelope => envelope.RecordedAt > PlaceCluster.Start.AddHours(1)), envelope => Assert.Equal(new RecordedBy("system"), envelope.By));
        Assert.Equal("system", stored[^1].By?.Who);
    }

    [Theory]
    [InlineData("")]
    [InlineData("accounts/\n")]
    public void What_is_no_path_is_no_actor(string path)
    {
        Assert.Throws<ArgumentException>(() => new Actor(path));
        Assert.Throws<ArgumentException>(() => new Actor("system", at: path));
        Assert.Throws<ArgumentException>(() => new Actor(new string('x', Actor.MaxLength + 1)));
        Assert.Equal(Actor.MaxLength, new Actor(new string('x', Actor.MaxLength)).Who.Length);
    }

    private static async Task As(string who, Func<Task> call)
    {
        CallActor.Set(new Actor(who));
        await call();
    }

    private Task<List<EventEnvelope<OccupancyEvent>>> EventsAsync(string stream) => EventsAsync(cluster, stream);

    private static async Task<List<EventEnvelope<OccupancyEvent>>> EventsAsync(PlaceCluster of, string stream)
    {
        var stored = new List<EventEnvelope<OccupancyEvent>>();
        await foreach (var batch in of.Store.ReadAsync(stream, 0, TestContext.Current.CancellationToken))
            stored.AddRange(EventBatchReader.Read(batch, OccupancyModel.Instance.ReadEvent));
        return stored;
    }
}
