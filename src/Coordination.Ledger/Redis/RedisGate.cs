using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// Lets calls through to a Redis that was looked at since it was last (re)connected: its settings, and in each bucket that it is the right store and
/// has everything this process has seen acknowledged. Says how the store is.
/// </summary>
internal sealed class RedisGate(
    RedisConnection connection, RedisKeys keys, RedisInspection inspection, RedisScripts scripts, RedisMarks marks, Guid identity, RedisEventStoreOptions options)
{
    private readonly Lock _gate = new();
    private Task<long>? _meeting;
    private long _meetings;
    private long _losses;
    private bool _isMet;
    private StoreRefusedException? _refusal;
    private readonly RedisRenewal _renewal = new(connection, options);
    private StoreCondition _condition = new(StoreState.Unreachable, "It was not looked at yet.", options.Time.GetUtcNow());

    /// <summary>How the store is.</summary>
    public StoreCondition Condition => Volatile.Read(ref _condition);

    /// <summary>Called when the condition changed, on any thread.</summary>
    public Action<StoreCondition>? Changed { get; set; }

    /// <summary>It was looked at since it was last connected.</summary>
    public bool IsMet
    {
        get
        {
            lock (_gate)
                return _isMet;
        }
    }

    /// <summary>Done at once when the store was looked at; else looks, or waits for the one who does.</summary>
    /// <returns>Which meeting this is, to be named when it turns out to be over.</returns>
    /// <exception cref="StoreUnavailableException">It does not answer, or it must not be used.</exception>
    public ValueTask<long> EnterAsync()
    {
        lock (_gate)
        {
            if (_isMet)
                return ValueTask.FromResult(_meetings);
            if (_refusal is not null)
                throw new StoreUnavailableException(_refusal.Message, _refusal);
        }

        return new(MeetOrThrowAsync());
    }

    /// <summary>What was found in a meeting no longer holds: the next call looks again. One of an earlier meeting says nothing.</summary>
    public void Forget(long meeting)
    {
        lock (_gate)
        {
            if (meeting == _meetings)
                _isMet = false;
        }
    }

    /// <summary>The connection was lost or is new: what answers now may be another Redis.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _losses++;
            _isMet = false;
        }
    }

    /// <summary>Looks at the store, now, even if it was refused before.</summary>
    /// <exception cref="StoreRefusedException">It must not be used.</exception>
    /// <exception cref="StoreUnavailableException">It does not answer.</exception>
    public Task<long> MeetAsync()
    {
        lock (_gate)
            return _meeting ??= Task.Run(LookAsync);
    }

    /// <summary>A call had an answer or none.</summary>
    public void Note(StoreState state, string? reason = null)
    {
        StoreCondition changed;
        lock (_gate)
        {
            // Refused stays until a meeting finds otherwise.
            if (_refusal is not null && state is not StoreState.Refused)
                return;
            if (state is StoreState.Healthy)
                reason = _renewal.Warning;
            if (_condition.State == state && _condition.Reason == reason)
                return;
            var since = _condition.State == state ? _condition.Since : options.Time.GetUtcNow();
            _condition = changed = new StoreCondition(state, reason, since);
        }

        Changed?.Invoke(changed);
    }

    private async Task<long> MeetOrThrowAsync()
    {
        try
        {
            return await MeetAsync();
        }
        catch (StoreRefusedException refusal)
        {
            throw new StoreUnavailableException(refusal.Message, refusal);
        }
    }

    private async Task<long> LookAsync()
    {
        try
        {
            while (true)
            {
                var losses = Losses;
                await LookAtAllAsync();
                if (Met(losses) is not { } meeting)
                    continue; // It was lost meanwhile.
                await TryWriteAsync();
                return meeting;
            }
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                _refusal = error as StoreRefusedException; // One that does not answer is met again before it is used: that says which it is.
                _isMet = false;
                _meeting = null;
            }

            Note(_refusal is null ? StoreState.Unreachable : StoreState.Refused, error.Message);
            if (error is StoreUnavailableException or StoreRefusedException)
                throw;
            // Nobody is prepared for anything else, and a host must not end for it.
            throw new StoreUnavailableException($"Redis at {connection.Hosts} gave an answer that is not understood: {error.Message}", error);
        }
    }

    /// <summary>Only what can be written to is healthy. What cannot, because its memory is full, can still be read.</summary>
    private async Task TryWriteAsync()
    {
        if (options.ReadOnly)
        {
            Note(StoreState.Healthy);
            return;
        }

        try
        {
            var now = options.Time.GetUtcNow().ToString("O");
            await Task.WhenAll(marks.ToArray().Select((mark, bucket) => connection.CallAsync(
                scripts.Probe, [keys.Stores[bucket]], [identity.ToString(), mark.Life, mark.Commits, now], 0, bulk: false, CancellationToken.None)));
            Note(StoreState.Healthy);
        }
        catch (Exception error) when (error is StoreUnavailableException or UnknownScriptException)
        {
            Note(StoreState.Unreachable, error.Message);
        }
    }

    private long Losses
    {
        get
        {
            lock (_gate)
                return _losses;
        }
    }

    private long? Met(long losses)
    {
        lock (_gate)
        {
            if (losses != _losses)
                return null;
            _isMet = true;
            _refusal = null;
            _meeting = null;
            return ++_meetings;
        }
    }

    private async Task LookAtAllAsync()
    {
        var (nodes, runs) = await inspection.InspectAsync();
        if (!options.TrustsAnyStore)
        {
            // All are looked at before anything is noted in one: a store that is refused is left as it is.
            var isNew = await Task.WhenAll(runs.Select((run, bucket) => MeetAsync(bucket, run, note: false)));
            // Until it is noted, no host writes: none behind what the life before left unfinished in the file.
            if (!options.ReadOnly && !options.LeavesFile)
                await _renewal.RenewAsync([.. nodes.DistinctBy(node => node.EndPoint)], node => nodes.Where((other, bucket) => isNew[bucket] && Equals(other.EndPoint, node.EndPoint)).Any());
            if (!options.ReadOnly)
                await Task.WhenAll(runs.Select((run, bucket) => MeetAsync(bucket, run, note: true)));
        }

        foreach (var node in nodes.DistinctBy(node => node.EndPoint))
            await Task.WhenAll(scripts.Used.Select(script => connection.RunAsync(() => node.ScriptLoadAsync(script.Text), 0, CancellationToken.None)));
    }

    /// <returns>Redis began a new life, which is not noted yet.</returns>
    private async Task<bool> MeetAsync(int bucket, string run, bool note)
    {
        var mark = marks[bucket];
        var answer = (RedisValue[])(await connection.EvaluateAsync(
            RedisScripts.Meet,
            [keys.Stores[bucket], keys.Lives(bucket)],
            [
                identity.ToString(), RedisFounding.SchemaVersion, mark.Life, mark.Commits, run, Guid.NewGuid().ToString("N"),
                options.Time.GetUtcNow().ToString("O"), note ? "1" : "", options.ForImport ? "1" : "",
            ]))!;
        var found = (string)answer[0]!;
        if (found is "met" || (found is "new" && options.ReadOnly))
            marks.Set(bucket, new RedisMark((string)answer[1]!, (long)answer[2]));
        else if (found is not "new")
            throw Refused(found, bucket, answer.Length > 1 ? (string?)answer[1] : null, mark);
        return found is "new";
    }

    private StoreRefusedException Refused(string found, int bucket, string? detail, RedisMark mark)
    {
        var forget = options.RememberIn is { } file ? $" stop all hosts and delete {file} on each" : " restart all hosts";
        return new($"Redis at {connection.Hosts} " + found switch
        {
            "empty" => $"came back empty: bucket {bucket:D2} of the event store {identity} is gone. Restore the backup; to accept the loss and start anew,{forget}.",
            "another" => $"holds another event store, {detail}, instead of {identity}. Point the hosts to the right Redis.",
            "newer" => $"holds an event store of a newer version of this program (schema {detail}). Use the newer program.",
            "incomplete" => $"holds an incomplete copy of the store {detail}. Finish it with `coordination migrate --continue`, or delete it.",
            "older" => $"came back older than it was: bucket {bucket:D2} has {detail} of {mark.Commits} acknowledged commits. Restore a newer backup; to accept the loss,{forget}.",
            "forked" => $"came back with another past: bucket {bucket:D2} does not know what this host saw. Restore a newer backup; to accept the loss,{forget}.",
            _ => $"gave an answer that is not understood: {found}.",
        });
    }
}
