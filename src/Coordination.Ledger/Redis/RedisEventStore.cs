using System.Globalization;
using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// Events in one Redis (or Redis Cluster), for several hosts. Every commit is synced to the disk before it is acknowledged
/// (<c>appendfsync always</c>); a Redis that may lose what it confirmed is refused. Anyone can read it with <c>redis-cli</c>; the layout is in
/// <c>docs/redis.md</c>.
/// </summary>
/// <remarks>
/// Ownership: any number of processes; a stream belongs to who opened it last. Each write checks in the same atomic step that this is still
/// the store that was met and has everything this process saw acknowledged.
/// Failure: a Redis that does not answer gives <see cref="StoreUnavailableException"/> within <see cref="RedisEventStoreOptions.CommandTimeout"/>, one that cannot be
/// reached at once; so does one that came back empty, older or as another store, and nothing is written to it. The
/// store goes on by itself when the right Redis is back. <see cref="Condition"/> says how it is.
/// </remarks>
public sealed partial class RedisEventStore : IEventStore
{
    /// <summary>Appends in one call of the script: more make each cheaper, fewer let others in between.</summary>
    private const int MaxAppendsPerCall = 64;

    /// <summary>A call takes no further append once it has this many bytes.</summary>
    private const int MaxBytesPerCall = 1 << 20;

    /// <summary>Times a call is sent: again only when Redis has said that it did nothing.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Snapshots that are written at once.</summary>
    private const int MaxSnapshots = 8;

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly RedisEventStoreOptions _options;
    private readonly RedisConnection _connection;
    private readonly RedisKeys _keys;
    private readonly RedisScripts _scripts;
    private readonly RedisMarks _marks;
    private readonly RedisMemory _memory;
    private readonly RedisGate _gate;
    private readonly SemaphoreSlim _snapshots = new(MaxSnapshots, MaxSnapshots);
    private readonly CancellationTokenSource _closing = new();
    private readonly RedisValue _identity;
    private Task _watch = Task.CompletedTask;
    private int _disposed;

    private RedisEventStore(RedisEventStoreOptions options, RedisConnection connection, RedisKeys keys, RedisInspection inspection, RedisMemory memory, Guid identity)
    {
        _options = options;
        _connection = connection;
        _keys = keys;
        _memory = memory;
        Identity = identity;
        _identity = identity.ToString();
        _marks = new RedisMarks();
        _scripts = new RedisScripts($"{options.Prefix} {identity}", isGuarded: !options.TrustsAnyStore, options.ReadOnly);
        _gate = new RedisGate(connection, keys, inspection, _scripts, _marks, identity, options) { Changed = condition => ConditionChanged?.Invoke(condition) };
        connection.Lost = () =>
        {
            _gate.Forget();
            _gate.Note(StoreState.Unreachable, $"The connection to Redis at {connection.Hosts} is lost. The store goes on by itself when it is back.");
        };
        connection.Restored = () =>
        {
            _gate.Forget();
            _ = QuietAsync(_gate.MeetAsync);
        };
    }

    /// <summary>Told when <see cref="Condition"/> changed, on any thread; it must not block. Of two changes the second may be told first.</summary>
    public event Action<StoreCondition>? ConditionChanged;

    /// <summary>Chosen at random when the store was created, and never changed.</summary>
    public Guid Identity { get; }

    /// <summary>Whether the store can do its work, and if not, why.</summary>
    public StoreCondition Condition => _gate.Condition;

    /// <summary>Opens a store, or creates it.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="cancellation">Cancels the wait for a Redis that does not answer.</param>
    /// <exception cref="StoreRefusedException">The Redis must not be used; the message says why and what to do.</exception>
    /// <exception cref="StoreUnavailableException">It does not answer within <see cref="RedisEventStoreOptions.OpenTimeout"/>.</exception>
    public static async Task<RedisEventStore> OpenAsync(RedisEventStoreOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellation.ThrowIfCancellationRequested();
        var keys = new RedisKeys(options.Prefix);
        var memory = new RedisMemory(options.RememberIn);
        var remembered = memory.Read();
        var connection = await RedisConnection.OpenAsync(options);
        try
        {
            var inspection = new RedisInspection(connection, keys, options);
            var founding = new RedisFounding(connection, keys, inspection, options);
            var began = options.Time.GetTimestamp();
            var identity = await PatientlyAsync(() => founding.FindAsync(remembered?.Identity));
            var store = new RedisEventStore(options, connection, keys, inspection, memory, identity);
            if (remembered?.Identity == identity)
            {
                for (var bucket = 0; bucket < RedisKeys.Buckets; bucket++)
                    store._marks.Set(bucket, remembered.Value.Marks[bucket]);
            }

            await PatientlyAsync(store._gate.MeetAsync);
            memory.Write(identity, store._marks);
            store._watch = Task.Run(store.WatchAsync, CancellationToken.None);
            return store;

            async Task<T> PatientlyAsync<T>(Func<Task<T>> look)
            {
                while (true)
                {
                    try
                    {
                        return await look();
                    }
                    catch (StoreUnavailableException) when (!connection.IsNotAccepted && options.Time.GetElapsedTime(began) < options.OpenTimeout)
                    {
                        await Task.Delay(TryAgainAfter, options.Time, cancellation);
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await connection.DisposeAsync();
            throw new StoreUnavailableException($"The file {options.RememberIn}, which remembers the event store, cannot be written: {error.Message}", error);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<OpenedStream> OpenAsync(string stream, CancellationToken cancellation)
    {
        StreamNames.Check(stream);
        var bucket = RedisKeys.BucketOf(stream);
        var answer = await CallAsync(_scripts.Open, bucket, [_keys.Streams(bucket), _keys.Head(bucket, stream)], [stream], 0, cancellation);
        return new OpenedStream((long)answer[1], (long)answer[2]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Two appends to one stream, a count below 1, or a payload that is empty or too large.</exception>
    public async ValueTask<AppendOutcome[]> AppendAsync(IReadOnlyList<Append> appends, CancellationToken cancellation)
    {
        StoreArguments.Check(appends);
        cancellation.ThrowIfCancellationRequested();
        var outcomes = new AppendOutcome[appends.Count];
        var bytes = appends.Sum(append => append.Payload.Length);
        // All are sent before any answer is waited for. Who goes away now leaves the wait, and no call unsent.
        await Task.WhenAll(Split(appends).ConvertAll(call => AppendAsync(appends, call, bytes, outcomes))).WaitAsync(cancellation);
        return outcomes;
    }

    /// <inheritdoc/>
    public async ValueTask WriteSnapshotAsync(string stream, StreamSnapshot snapshot, CancellationToken cancellation)
    {
        StoreArguments.Check(stream, snapshot);
        var bucket = RedisKeys.BucketOf(stream);
        await _snapshots.WaitAsync(cancellation);
        try
        {
            await CallAsync(
                _scripts.WriteSnapshot, bucket, [_keys.Head(bucket, stream), _keys.Snapshot(bucket, stream)], [snapshot.Version, snapshot.Payload],
                snapshot.Payload.Length, cancellation, bulk: true);
        }
        finally
        {
            _snapshots.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask ProbeAsync(CancellationToken cancellation)
    {
        var now = _options.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, this);
        cancellation.ThrowIfCancellationRequested();
        await EnterAsync(cancellation); // Whoever is refused is told why.
        var nodes = await _connection.ServersOfAsync(_keys.Stores);
        // What one bucket of a node can do, the others can.
        var buckets = Enumerable.Range(0, RedisKeys.Buckets).DistinctBy(bucket => nodes[bucket].EndPoint);
        await Task.WhenAll(buckets.Select(bucket => CallAsync(_scripts.Probe, bucket, [], [now], 0, cancellation)));
    }

    /// <summary>Remembers how far the store is and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _closing.CancelAsync();
        await _watch;
        await _connection.DisposeAsync();
        Remember();
        _closing.Dispose();
    }

    /// <summary>The appends of each call: of one bucket, and not too many.</summary>
    private static List<(int Bucket, List<int> Indices)> Split(IReadOnlyList<Append> appends)
    {
        var calls = new List<(int Bucket, List<int> Indices)>();
        var open = new (List<int>? Indices, int Bytes)[RedisKeys.Buckets];
        for (var i = 0; i < appends.Count; i++)
        {
            var bucket = RedisKeys.BucketOf(appends[i].Stream);
            ref var call = ref open[bucket];
            if (call.Indices is null || call.Indices.Count == MaxAppendsPerCall || call.Bytes >= MaxBytesPerCall)
            {
                call = ([], 0);
                calls.Add((bucket, call.Indices!));
            }

            call.Indices!.Add(i);
            call.Bytes += appends[i].Payload.Length;
        }

        return calls;
    }

    /// <param name="bytes">Of all calls that are sent together, since they share the way.</param>
    private async Task AppendAsync(IReadOnlyList<Append> appends, (int Bucket, List<int> Indices) call, int bytes, AppendOutcome[] outcomes)
    {
        var keys = new List<RedisKey>(2 * call.Indices.Count);
        var arguments = new List<RedisValue>(4 * call.Indices.Count);
        foreach (var index in call.Indices)
        {
            var append = appends[index];
            keys.Add(_keys.Head(call.Bucket, append.Stream));
            keys.Add(_keys.Log(call.Bucket, append.Stream, RedisKeys.ChunkOf(append.ExpectedVersion + 1)));
            arguments.Add(append.Epoch);
            arguments.Add(append.ExpectedVersion);
            arguments.Add(append.Count);
            arguments.Add(RedisEntry.Write(append));
        }

        var answer = await CallAsync(_scripts.Append, call.Bucket, keys, arguments, bytes, CancellationToken.None);
        for (var i = 0; i < call.Indices.Count; i++)
        {
            outcomes[call.Indices[i]] = (int)answer[i + 1] switch
            {
                0 => AppendOutcome.Committed,
                1 => AppendOutcome.Fenced,
                _ => AppendOutcome.VersionConflict,
            };
        }
    }
}
