using Coordination.Ledger.Redis;
using Coordination.Testing;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Tests that need a Redis of their own, to do things to it.</summary>
public abstract class RedisStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _open = [];
    private readonly TemporaryFolder _folder = new();

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _open.Reverse(); // Stores before the Redis they use.
        foreach (var each in _open)
            await each.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A path in a folder of this test.</summary>
    protected string File(string name) => _folder.File(name);

    /// <summary>A Redis that ends with the test.</summary>
    protected async Task<RedisProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var redis = await RedisProcess.StartAsync(settings.ToDictionary(setting => setting.Name, setting => setting.Value), Cancellation);
        _open.Add(redis);
        return redis;
    }

    /// <summary>Enough time for a busy machine; a test of time says its own.</summary>
    protected static RedisEventStoreOptions Options(RedisProcess redis) =>
        new() { Connection = RedisUrl.Parse(redis.Url), CommandTimeout = TimeSpan.FromSeconds(5), OpenTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>A store that ends with the test.</summary>
    protected Task<RedisEventStore> OpenAsync(RedisProcess redis) => OpenAsync(Options(redis));

    protected async Task<RedisEventStore> OpenAsync(RedisEventStoreOptions options)
    {
        var store = await RedisEventStore.OpenAsync(options, Cancellation);
        _open.Add(store);
        return store;
    }

    /// <summary>Waits until a store says that it is so.</summary>
    protected static async Task<StoreCondition> UntilAsync(RedisEventStore store, StoreState state)
    {
        var changed = new TaskCompletionSource<StoreCondition>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Note(StoreCondition condition)
        {
            if (condition.State == state)
                changed.TrySetResult(condition);
        }

        store.ConditionChanged += Note;
        Note(store.Condition);
        try
        {
            return await changed.Task.WaitAsync(Patience, Cancellation);
        }
        finally
        {
            store.ConditionChanged -= Note;
        }
    }

    /// <summary>Waits until a store can be used again after its Redis was restarted: it may not have noticed that yet.</summary>
    protected static async Task RecoverAsync(RedisEventStore store)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            try
            {
                await store.ProbeAsync(patience.Token);
                await UntilAsync(store, StoreState.Healthy);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    /// <summary>Each thing a store can be asked for.</summary>
    protected static IEnumerable<(string Name, Func<RedisEventStore, Task> Call)> Calls() =>
    [
        ("open", store => store.OpenAsync("lots/a", Cancellation).AsTask()),
        ("append", store => store.AppendAsync(Batch("lots/a", 1, 0, 1))),
        ("read", store => store.ReadAllAsync("lots/a")),
        ("list", store => store.ListAllAsync("")),
        ("epochs", store => store.ReadEpochsAsync(["lots/a"], Cancellation).AsTask()),
        ("read snapshot", store => store.ReadSnapshotAsync("lots/a", Cancellation).AsTask()),
        ("write snapshot", store => store.WriteSnapshotAsync("lots/a", new StreamSnapshot(0, "{}".Bytes()), Cancellation).AsTask()),
        ("probe", store => store.ProbeAsync(Cancellation).AsTask()),
    ];

    /// <summary>Appends to a stream of one's own, from where it stands.</summary>
    protected static async Task FillAsync(RedisEventStore store, string stream, int batches)
    {
        var opened = await store.OpenAsync(stream, Cancellation);
        for (var i = 0; i < batches; i++)
            Assert.Equal(AppendOutcome.Committed, await store.AppendAsync(Batch(stream, opened.Epoch, opened.Version + i, 1)));
    }

    /// <summary>All that a Redis holds, as one text.</summary>
    protected static Task<string> DigestAsync(RedisProcess redis) => redis.CommandAsync("DEBUG", "DIGEST");
}
