using Coordination.Ledger;
using StackExchange.Redis;

namespace Coordination.LoadTests.Opponents;

/// <summary>The least one can do with a Redis: every append is an <c>RPUSH</c> of its payload, all sent at once, with no check of anything.</summary>
internal sealed class BareRedis(IConnectionMultiplexer connection) : IEventStore
{
    private readonly IDatabase database = connection.GetDatabase();

    public async ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation)
    {
        var sent = new Task[appends.Count];
        for (var i = 0; i < sent.Length; i++)
            sent[i] = database.ListRightPushAsync("bare:" + appends[i].Stream, appends[i].Payload);
        await Task.WhenAll(sent);
        return new AppendOutcome[appends.Count];
    }

    public ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation) => ValueTask.FromResult(new OpenedStream(1, 0));

    public IAsyncEnumerable<EventBatch> ReadAsync(string stream, long afterVersion, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<StreamSnapshot?> ReadSnapshotAsync(string stream, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation) => throw new NotSupportedException();

    public IAsyncEnumerable<Coordination.Ledger.StreamInfo> ListAsync(string prefix, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<Coordination.Ledger.StreamInfo?> FindAsync(string stream, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<long[]> ReadEpochsAsync(IReadOnlyList<string> streams, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask ProbeAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
