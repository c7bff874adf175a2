using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// The connections to Redis, and what their errors mean. A call is sent at once or fails at once; one that was sent and has no answer within
/// its time is abandoned, and whether it was done is not known. Nothing is ever sent twice.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int ConnectMilliseconds = 1000;
    private const int ReconnectMilliseconds = 500;
    private const int BytesPerSecond = 16 << 20;

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;

    private RedisConnection(ConnectionMultiplexer multiplexer, RedisEventStoreOptions options)
    {
        _multiplexer = multiplexer;
        _database = multiplexer.GetDatabase();
        _time = options.Time;
        _timeout = options.CommandTimeout;
        Hosts = RedisUrl.Describe(options.Connection);
        multiplexer.ConnectionFailed += (_, _) => Lost?.Invoke();
        multiplexer.ConnectionRestored += (_, _) => Lost?.Invoke();
    }

    /// <summary>The hosts, for messages.</summary>
    public string Hosts { get; }

    /// <summary>Called when a connection was lost, and again when it is back: what answers now may be another Redis.</summary>
    public Action? Lost { get; set; }

    /// <summary>Begins to connect and waits for that a moment; goes on trying by itself for ever.</summary>
    public static async Task<RedisConnection> OpenAsync(RedisEventStoreOptions options)
    {
        var settings = options.Connection.Clone();
        settings.AbortOnConnectFail = false;
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.ConnectTimeout = ConnectMilliseconds;
        settings.ConnectRetry = 1;
        settings.ReconnectRetryPolicy = new LinearRetry(ReconnectMilliseconds);
        settings.HeartbeatInterval = TimeSpan.FromMilliseconds(ReconnectMilliseconds);
        settings.KeepAlive = 2;
        settings.AsyncTimeout = settings.SyncTimeout = (int)Time(options.CommandTimeout, StoreArguments.MaxPayloadBytes).TotalMilliseconds + 1000;
        settings.AllowAdmin = true; // To ask how it is set up.
        settings.Protocol = RedisProtocol.Resp2;
        settings.TieBreaker = "";
        settings.ConfigurationChannel = "";
        settings.ClientName ??= "coordination-ledger";
        return new RedisConnection(await ConnectionMultiplexer.ConnectAsync(settings), options);
    }

    /// <summary>Calls a script of a store by its hash.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">Its keys, all of one bucket.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="bytes">What it carries or brings, for the time it may take.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">There is no answer, or Redis cannot do it.</exception>
    /// <exception cref="UnknownScriptException">Redis does not know the script, and so has done nothing.</exception>
    public Task<RedisResult> CallAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, int bytes, CancellationToken cancellation) =>
        RunAsync(() => _database.ScriptEvaluateAsync(script.Hash, keys, arguments, CommandFlags.DemandMaster), bytes, cancellation);

    /// <summary>Sends a script with its text.</summary>
    public Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] arguments) =>
        RunAsync(() => _database.ScriptEvaluateAsync(script, keys, arguments, CommandFlags.DemandMaster | CommandFlags.NoScriptCache), 0, CancellationToken.None);

    /// <summary>Fields of a hash.</summary>
    public Task<RedisValue[]> ReadAsync(RedisKey key, params RedisValue[] fields) =>
        RunAsync(() => _database.HashGetAsync(key, fields, CommandFlags.DemandMaster), 0, CancellationToken.None);

    /// <summary>Sets a field of a hash.</summary>
    public Task<bool> WriteAsync(RedisKey key, RedisValue field, RedisValue value) =>
        RunAsync(() => _database.HashSetAsync(key, field, value, When.Always, CommandFlags.DemandMaster), 0, CancellationToken.None);

    /// <summary>The node that holds a key.</summary>
    /// <exception cref="StoreUnavailableException">It is not known at the moment.</exception>
    public IServer ServerOf(RedisKey key)
    {
        try
        {
            return _multiplexer.GetServer(key, null, CommandFlags.DemandMaster);
        }
        catch (Exception error) when (error is RedisException or InvalidOperationException)
        {
            throw Unavailable(error);
        }
    }

    /// <summary>Runs a command with a deadline and says what its errors mean.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> send, int bytes, CancellationToken cancellation)
    {
        try
        {
            return await send().WaitAsync(Time(_timeout, bytes), _time, cancellation);
        }
        catch (RedisServerException error) when (error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            throw new UnknownScriptException(error);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw Unavailable(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        await _multiplexer.DisposeAsync();
    }

    private StoreUnavailableException Unavailable(Exception error) => new(
        error switch
        {
            RedisServerException => $"Redis at {Hosts} cannot do its work: {error.Message}",
            TimeoutException => $"Redis at {Hosts} does not answer. The store goes on by itself when it does.",
            _ => $"Redis at {Hosts} cannot be reached. The store goes on by itself when it can.",
        },
        error);

    private static TimeSpan Time(TimeSpan timeout, int bytes) =>
        bytes <= 1 << 20 ? timeout : timeout + TimeSpan.FromSeconds((double)bytes / BytesPerSecond);
}

/// <summary>Redis does not know a script: it was restarted, and has done nothing.</summary>
internal sealed class UnknownScriptException(Exception inner) : Exception("Redis does not know the script.", inner);
