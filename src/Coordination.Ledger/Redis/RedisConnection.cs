using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// The connections to Redis, and what their errors mean. A call is sent at once or fails at once; one that was sent and has no answer within
/// its time is abandoned, and whether it was done is not known. What changes something is never sent twice.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int ConnectMilliseconds = 1000;
    private const int ReconnectMilliseconds = 500;
    private const int SlackMilliseconds = 300;
    private const int BytesPerSecond = 16 << 20;

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly ConnectionMultiplexer _bulkMultiplexer;
    private readonly IDatabase _database;
    private readonly IDatabase _bulkDatabase;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _bulkTimeout;

    /// <summary>The last attempt to connect failed at the password. A command that fails later is not always told so.</summary>
    private volatile bool _isNotAccepted;

    private RedisConnection(ConnectionMultiplexer multiplexer, ConnectionMultiplexer bulk, RedisEventStoreOptions options, bool isNotAccepted)
    {
        _isNotAccepted = isNotAccepted;
        _multiplexer = multiplexer;
        _bulkMultiplexer = bulk;
        _database = multiplexer.GetDatabase();
        _bulkDatabase = bulk.GetDatabase();
        _time = options.Time;
        _timeout = options.CommandTimeout;
        _bulkTimeout = BulkTimeout(options);
        Hosts = RedisUrl.Describe(options.Connection);
        multiplexer.ConnectionFailed += (_, failure) =>
        {
            _isNotAccepted = failure.FailureType is ConnectionFailureType.AuthenticationFailure;
            if (failure.ConnectionType is ConnectionType.Interactive)
                Lost?.Invoke();
        };
        multiplexer.ConnectionRestored += (_, connection) =>
        {
            _isNotAccepted = false;
            if (connection.ConnectionType is ConnectionType.Interactive)
                Restored?.Invoke();
        };
    }

    /// <summary>The hosts, for messages.</summary>
    public string Hosts { get; }

    /// <summary>The last attempt to connect failed at the user or the password.</summary>
    public bool IsNotAccepted => _isNotAccepted;

    /// <summary>Called when a connection was lost.</summary>
    public Action? Lost { get; set; }

    /// <summary>Called when a connection is back: what answers now may be another Redis.</summary>
    public Action? Restored { get; set; }

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
        // The client takes a connection for dead that has said nothing for four of these times: commands cannot wait for longer ones.
        settings.AsyncTimeout = settings.SyncTimeout = (int)options.CommandTimeout.TotalMilliseconds + SlackMilliseconds;
        settings.AllowAdmin = true; // To ask how it is set up.
        settings.Protocol = RedisProtocol.Resp2;
        settings.TieBreaker = "";
        settings.ConfigurationChannel = "";
        settings.ClientName ??= "coordination-ledger";
        using var log = new StringWriter();
        var forBulk = settings.Clone();
        forBulk.AsyncTimeout = forBulk.SyncTimeout = (int)Time(BulkTimeout(options), StoreArguments.MaxPayloadBytes).TotalMilliseconds + SlackMilliseconds;
        var bulk = ConnectionMultiplexer.ConnectAsync(forBulk);
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(settings, log);
        var said = log.ToString();
        return new RedisConnection(
            multiplexer, await bulk, options, isNotAccepted: !multiplexer.IsConnected && (said.Contains("WRONGPASS", StringComparison.Ordinal) || said.Contains("NOAUTH", StringComparison.Ordinal)));
    }

    /// <summary>Calls a script of a store by its hash.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">Its keys, all of one bucket.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="bytes">What it carries or brings, for the time it may take.</param>
    /// <param name="bulk">By the connection for what is large or can wait, with its time.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">There is no answer, or Redis cannot do it.</exception>
    /// <exception cref="UnknownScriptException">Redis does not know the script, and so has done nothing.</exception>
    public Task<RedisResult> CallAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, int bytes, bool bulk, CancellationToken cancellation) =>
        RunAsync(
            () => (bulk ? _bulkDatabase : _database).ScriptEvaluateAsync(script.Hash, keys, arguments, CommandFlags.DemandMaster),
            Time(bulk ? _bulkTimeout : _timeout, bytes), cancellation);

    /// <summary>Sends a script with its text.</summary>
    public Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] arguments) =>
        RunAsync(() => _database.ScriptEvaluateAsync(script, keys, arguments, CommandFlags.DemandMaster | CommandFlags.NoScriptCache), 0, CancellationToken.None);

    /// <summary>Fields of a hash.</summary>
    public Task<RedisValue[]> ReadAsync(RedisKey key, params RedisValue[] fields) =>
        RunAsync(() => _database.HashGetAsync(key, fields, CommandFlags.DemandMaster), 0, CancellationToken.None);

    /// <summary>Sets a field of a hash.</summary>
    public Task<bool> WriteAsync(RedisKey key, RedisValue field, RedisValue value) =>
        RunAsync(() => _database.HashSetAsync(key, field, value, When.Always, CommandFlags.DemandMaster), 0, CancellationToken.None);

    /// <summary>The nodes that hold some keys; a replica only when its master cannot be found.</summary>
    /// <exception cref="StoreUnavailableException">One is not known at the moment.</exception>
    public async Task<IServer[]> ServersOfAsync(IEnumerable<RedisKey> keys)
    {
        if (!_multiplexer.IsConnected)
            await RunAsync(() => _database.PingAsync(), 0, CancellationToken.None); // Its error tells why.
        try
        {
            return [.. keys.Select(key => _multiplexer.GetServer(key))];
        }
        catch (Exception error) when (error is RedisException or InvalidOperationException)
        {
            throw Unavailable(error);
        }
    }

    /// <summary>Runs a command with a deadline and says what its errors mean.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> send, int bytes, CancellationToken cancellation) => RunAsync(send, Time(_timeout, bytes), cancellation);

    private async Task<T> RunAsync<T>(Func<Task<T>> send, TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            return await send().WaitAsync(time, _time, cancellation);
        }
        catch (RedisServerException error) when (error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            throw new UnknownScriptException(error);
        }
        catch (Exception error) when (error is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException)
        {
            throw Unavailable(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _bulkMultiplexer.CloseAsync(allowCommandsToComplete: false);
        await _bulkMultiplexer.DisposeAsync();
        await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        await _multiplexer.DisposeAsync();
    }

    /// <summary>What is wrong when a call has no answer in time.</summary>
    public StoreUnavailableException NoAnswer(Exception error) =>
        new($"Redis at {Hosts} does not answer. The store goes on by itself when it does.", error);

    private StoreUnavailableException Unavailable(Exception error) => error switch
    {
        TimeoutException => NoAnswer(error),
        RedisServerException { Message: var said } when said.StartsWith("OOM", StringComparison.Ordinal) =>
            new($"Redis at {Hosts} has no memory left for new events. Give it more (`maxmemory` in redis.conf, or a larger machine); the store goes on by itself.", error),
        RedisServerException { Message: var said } => new($"Redis at {Hosts} cannot do its work: {said}", error),
        _ when _isNotAccepted || SaysNotAccepted(error) => new($"Redis at {Hosts} does not accept the user or the password.", error),
        _ => new($"Redis at {Hosts} cannot be reached. The store goes on by itself when it can.", error),
    };

    /// <summary>The node is no master any more, or says so: what it is now has to be looked at.</summary>
    public static bool IsDemoted(StoreUnavailableException error) =>
        error.InnerException is RedisCommandException || error.InnerException is RedisServerException { Message: var said } && said.StartsWith("READONLY", StringComparison.Ordinal);

    private static bool SaysNotAccepted(Exception? error) =>
        error is not null && (error is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } || SaysNotAccepted(error.InnerException));

    /// <summary>Redis said nothing, or could not be reached: another connection may do better.</summary>
    public static bool IsSilent(StoreUnavailableException error) => error.InnerException is TimeoutException or RedisConnectionException;

    private static TimeSpan BulkTimeout(RedisEventStoreOptions options) =>
        options.BulkTimeout > options.CommandTimeout ? options.BulkTimeout : options.CommandTimeout;

    private static TimeSpan Time(TimeSpan timeout, int bytes) =>
        bytes <= 1 << 20 ? timeout : timeout + TimeSpan.FromSeconds((double)bytes / BytesPerSecond);
}

/// <summary>Redis does not know a script: it was restarted, and has done nothing.</summary>
internal sealed class UnknownScriptException(Exception inner) : Exception("Redis does not know the script.", inner);
