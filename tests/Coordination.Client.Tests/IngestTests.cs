using Coordination.Testing.Stub;

namespace Coordination.Client.Tests;

public sealed class IngestTests
{
    private static readonly IngestOptions Options = new() { Retry = Lines.Quick, ChunkLines = 10 };

    [Fact]
    public async Task Every_line_gets_its_result_in_the_order_of_the_lines()
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        var results = await Lines.ClientOf(stub).IngestAsync(Lines.Range(25), Options).ToListAsync();
        Assert.Equal(Enumerable.Range(1, 25), results.Select(result => (int)result.Line.Sequence));
        Assert.All(results, result => Assert.Equal(IngestStatus.Accepted, result.Status));
        Assert.Equal([10, 10, 5], stub.IngestRequests);
    }

    [Fact]
    public async Task A_refused_line_spoils_no_other_and_says_why()
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        var results = await Lines.ClientOf(stub).IngestAsync(With(Lines.Of(1), Lines.Of(2) with { Occupied = -1 }, Lines.Of(3)), Options).ToListAsync();
        Assert.Equal([IngestStatus.Accepted, IngestStatus.Refused, IngestStatus.Accepted], results.Select(result => result.Status));
        Assert.Equal("negative-count", results[1].Code);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 10)]
    [InlineData(4, 4)]
    [InlineData(4, 10)]
    [InlineData(4, 7)]
    [InlineData(10, 10)]
    public async Task A_connection_that_is_cut_loses_nothing_and_counts_nothing_twice(int answered, int taken)
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        stub.IngestFaults.Enqueue(new StubFault { AnswersBeforeCut = answered, LinesBeforeCut = taken });
        var results = await Lines.ClientOf(stub).IngestAsync(Lines.Range(20), Options).ToListAsync();
        Assert.Equal(20, results.Count);
        Assert.Equal(Enumerable.Range(1, 20), stub.Places[Lines.Lot].Taken.Select(line => (int)line.Sequence));
        // What became of each line in the end is known, whether its first answer was heard or not.
        Assert.All(results, result => Assert.Equal(IngestStatus.Accepted, result.Status == IngestStatus.Duplicate ? result.First : result.Status));
        Assert.All(results, result => Assert.True(result.Status != IngestStatus.Duplicate || result.Resent));
    }

    [Fact]
    public async Task Without_the_same_sequence_a_lost_answer_counts_twice()
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        var client = Lines.ClientOf(stub);
        // The answer to the first is lost, and a sender without stable numbers sends it as a new one.
        await client.IngestAsync(With(Lines.Of(1)), Options).ToListAsync();
        await client.IngestAsync(With(Lines.Of(1) with { Sequence = 2 }), Options).ToListAsync();
        Assert.Equal(2, stub.Places[Lines.Lot].Taken.Count);
    }

    [Fact]
    public async Task An_answer_cut_in_mid_line_is_asked_for_again()
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        stub.IngestFaults.Enqueue(new StubFault { AnswersBeforeCut = 3, HalfLine = true });
        var results = await Lines.ClientOf(stub).IngestAsync(Lines.Range(10), Options).ToListAsync();
        Assert.Equal(3, results.Count(result => result.Status == IngestStatus.Accepted));
        Assert.Equal(7, results.Count(result => result is { Status: IngestStatus.Duplicate, First: IngestStatus.Accepted, Resent: true }));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(502)]
    public async Task A_server_that_is_busy_is_asked_again(int status)
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        stub.IngestFaults.Enqueue(new StubFault { Status = status });
        stub.IngestFaults.Enqueue(new StubFault { Status = status, RetryAfter = "1" });
        var retries = new List<IngestRetry>();
        var results = await Lines.ClientOf(stub).IngestAsync(Lines.Range(3), Options with { OnRetry = retries.Add }).ToListAsync();
        Assert.All(results, result => Assert.Equal(IngestStatus.Accepted, result.Status));
        Assert.Equal([1, 2], retries.Select(retry => retry.Failures));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_the_lines_that_were_not_answered_for_good_are_sent_again(bool taken)
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot, "parking-lots/b");
        stub.IngestFaults.Enqueue(new StubFault { LaterPlace = "parking-lots/b", LaterIsTaken = taken });
        var results = await Lines.ClientOf(stub).IngestAsync(
            With(Lines.Of(1), Lines.Of(1, "parking-lots/b"), Lines.Of(2), Lines.Of(2, "parking-lots/b")), Options).ToListAsync();
        Assert.Equal([4, 2], stub.IngestRequests);
        Assert.Equal([1L, 2L], stub.Places["parking-lots/b"].Taken.Select(line => line.Sequence));
        // "Unavailable" leaves open whether it was taken, "overloaded" does not.
        Assert.Equal([false, taken, false, taken], results.Select(result => result.Resent));
        Assert.Equal(taken ? IngestStatus.Duplicate : IngestStatus.Accepted, results[1].Status);
    }

    [Fact]
    public async Task A_request_that_is_refused_is_not_repeated()
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        stub.IngestFaults.Enqueue(new StubFault { Status = 415 });
        var refusal = await Assert.ThrowsAsync<CoordinationException>(
            async () => await Lines.ClientOf(stub).IngestAsync(Lines.Range(3), Options).ToListAsync());
        Assert.Equal(415, (int)refusal.Status!);
        Assert.Empty(stub.Places[Lines.Lot].Taken);
    }

    [Fact]
    public async Task It_gives_up_when_patience_ends()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Testing.ServerProcess.FreePort()}/") };
        var client = new CoordinationClient(http, Lines.Quick);
        var error = await Assert.ThrowsAsync<CoordinationException>(async () => await client.IngestAsync(
            Lines.Range(3), Options with { Retry = Lines.Quick with { Patience = TimeSpan.FromMilliseconds(1) } }).ToListAsync());
        Assert.StartsWith("Gave up after", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_are_there_do_not_wait_for_one_that_is_not()
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        var rest = new TaskCompletionSource();
        await using var results = Lines.ClientOf(stub).IngestAsync(Slow(), Options).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await results.MoveNextAsync());
        Assert.Equal(1, results.Current.Line.Sequence);
        rest.SetResult();
        Assert.True(await results.MoveNextAsync());
        Assert.Equal(2, results.Current.Line.Sequence);
        Assert.False(await results.MoveNextAsync());

        async IAsyncEnumerable<IngestLine> Slow()
        {
            yield return Lines.Of(1);
            await rest.Task;
            yield return Lines.Of(2);
        }
    }

    [Fact]
    public async Task Whoever_stops_listening_stops_the_source()
    {
        await using var stub = await Lines.StubWithAsync(Lines.Lot);
        var stopped = new TaskCompletionSource();
        await foreach (var result in Lines.ClientOf(stub).IngestAsync(Endless(), Options))
        {
            Assert.Equal(1, result.Line.Sequence);
            break;
        }
        await stopped.Task;

        async IAsyncEnumerable<IngestLine> Endless([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
        {
            try
            {
                yield return Lines.Of(1);
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            }
            finally
            {
                stopped.SetResult();
            }
        }
    }

    private static async IAsyncEnumerable<IngestLine> With(params IngestLine[] lines)
    {
        await Task.CompletedTask;
        foreach (var line in lines)
            yield return line;
    }
}
