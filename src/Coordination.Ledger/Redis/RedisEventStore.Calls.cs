using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>How each call is made, and the watch that notices what no call would.</summary>
public sealed partial class RedisEventStore
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RememberEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan InspectEvery = TimeSpan.FromSeconds(10);

    /// <summary>What is larger goes by the connection for bulk, whatever it is.</summary>
    private const int LargeBytes = 1 << 20;

    private long _noBulkUntil = long.MinValue;

    /// <summary>Calls a script of one bucket behind the guard.</summary>
    /// <returns>Its answer; the first element is the bucket's commits.</returns>
    private async Task<RedisResult[]> CallAsync(
        RedisScript script, int bucket, List<RedisKey> keys, List<RedisValue> arguments, int bytes, CancellationToken cancellation, bool bulk = false)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, this);
        cancellation.ThrowIfCancellationRequested();
        if (!_scripts.Used.Contains(script))
            throw new InvalidOperationException($"The store at {_connection.Hosts} is open for reading only.");
        var mayRepeat = bulk; // Reading, and keeping a snapshot, may be done twice; an append may not.
        bulk = bytes > LargeBytes || (bulk && _options.Time.GetTimestamp() >= Volatile.Read(ref _noBulkUntil));
        RedisKey[] allKeys = [_keys.Stores[bucket], .. keys];
        for (var attempt = 1; ; attempt++)
        {
            var meeting = await EnterAsync(cancellation);
            var mark = _marks[bucket];
            try
            {
                var answer = (RedisResult[])(await _connection.CallAsync(script, allKeys, [_identity, mark.Life, mark.Commits, .. arguments], bytes, bulk, cancellation))!;
                var commits = (long)answer[0];
                if (commits >= 0)
                {
                    _marks.Raise(bucket, mark.Life, commits);
                    return answer;
                }
            }
            catch (UnknownScriptException)
            {
                // Redis was restarted.
            }
            catch (StoreUnavailableException error) when (bulk && mayRepeat && bytes <= LargeBytes && RedisConnection.IsSilent(error))
            {
                // The commands' connection finds a silent Redis out sooner: by that for a while.
                Volatile.Write(ref _noBulkUntil, _options.Time.GetTimestamp() + 10 * _options.Time.TimestampFrequency);
                bulk = false;
                attempt--;
                continue;
            }
            catch (StoreUnavailableException error)
            {
                _gate.Note(StoreState.Unreachable, error.Message);
                if (RedisConnection.IsDemoted(error))
                    _gate.Forget(meeting);
                throw;
            }

            // Nothing was done, for sure: look what this Redis is, and if it is the right one, go on.
            _gate.Forget(meeting);
            if (attempt == MaxAttempts)
                throw new StoreUnavailableException($"Redis at {_connection.Hosts} changes all the time.");
        }
    }

    private async ValueTask<long> EnterAsync(CancellationToken cancellation)
    {
        var entering = _gate.EnterAsync();
        if (entering.IsCompleted)
            return await entering;
        try
        {
            return await entering.AsTask().WaitAsync(_options.CommandTimeout, _options.Time, cancellation);
        }
        catch (TimeoutException error)
        {
            throw _connection.NoAnswer(error);
        }
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, _options.Time);
        var (remembered, inspected) = (_options.Time.GetTimestamp(), _options.Time.GetTimestamp());
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token))
            {
                await LookAsync(ref inspected);
                if (_options.Time.GetElapsedTime(remembered) < RememberEvery)
                    continue;
                Remember();
                remembered = _options.Time.GetTimestamp();
            }
        }
        catch (OperationCanceledException)
        {
            // It is closing.
        }
    }

    /// <summary>Whether Redis is there, and how far other hosts have come.</summary>
    private Task LookAsync(ref long inspected)
    {
        if (_options.Time.GetElapsedTime(inspected) >= InspectEvery)
        {
            inspected = _options.Time.GetTimestamp();
            return QuietAsync(_gate.MeetAsync);
        }

        return QuietAsync(_gate.IsMet ? PulseAsync : _gate.MeetAsync);
    }

    private async Task PulseAsync()
    {
        if (Condition.State is not StoreState.Healthy && !_options.ReadOnly)
            await ProbeAsync(_closing.Token); // Only what can be written to is healthy.
        await Task.WhenAll(Enumerable.Range(0, RedisKeys.Buckets).Select(bucket => CallAsync(_scripts.Heads, bucket, [], [], 0, _closing.Token)));
        _gate.Note(StoreState.Healthy);
    }

    private static async Task QuietAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The condition says so; and whatever it is, the next look is due.
        }
    }

    private void Remember()
    {
        try
        {
            _memory.Write(Identity, _marks);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is remembered is older then, and still true. It is tried again.
        }
    }
}
