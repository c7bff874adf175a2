using Coordination.Ledger.Redis;

namespace Coordination.Ledger.Vault;

/// <summary>
/// The vault of a cluster, in the Redis of its event store: with its connection, its prefix and its gate. A Redis that came back empty or
/// older is refused by both, so that a destroyed value cannot come back unnoticed.
/// </summary>
/// <remarks>
/// What was removed stays in Redis' append-only file until that is written anew. After a removal this host asks for it, at most once a
/// minute, until Redis has begun to (the user needs <c>+bgrewriteaof</c>). Backups and replicas have files of their own: see
/// <c>docs/privacy.md</c>.
/// </remarks>
/// <param name="store">The open event store; it is disposed of by whoever opened it, after this.</param>
public sealed class RedisVaultStore(RedisEventStore store) : IVaultStore, IAsyncDisposable
{
    /// <summary>A rewrite reads the whole store: many erasures share one.</summary>
    private static readonly TimeSpan RewriteEvery = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private Task rewriting = Task.CompletedTask;
    private bool isWanted;
    private string? told;

    /// <summary>
    /// Called when Redis would not write its file anew, once for each reason, on any thread: what was removed stays in the file until it
    /// does. It is asked again every minute.
    /// </summary>
    public Action<string>? RewriteRefused { get; set; }

    /// <inheritdoc/>
    public ValueTask<VaultEntry?> FindAsync(string name, CancellationToken cancellation)
    {
        VaultArguments.CheckName(name);
        return store.FindInVaultAsync(name, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<long?> TryPutAsync(string name, ReadOnlyMemory<byte> value, long expectedVersion, CancellationToken cancellation)
    {
        VaultArguments.CheckPut(name, value, expectedVersion);
        return store.TryPutInVaultAsync(name, value, expectedVersion, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(string name, CancellationToken cancellation)
    {
        VaultArguments.CheckName(name);
        var removed = await store.RemoveFromVaultAsync(name, cancellation);
        AskForRewrite(); // Also when it was gone: by a removal whose answer was lost.
        return removed;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<VaultEntry> ListAsync(string prefix, CancellationToken cancellation)
    {
        VaultArguments.CheckPrefix(prefix);
        return store.ListVaultAsync(prefix, cancellation);
    }

    /// <summary>Asks for no further rewrite; Redis does one by itself when its file has grown.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested)
            return;
        await closing.CancelAsync();
        Task last;
        lock (gate)
            last = rewriting;
        await last;
        closing.Dispose();
    }

    private void AskForRewrite()
    {
        lock (gate)
        {
            isWanted = true;
            if (rewriting.IsCompleted && !closing.IsCancellationRequested)
                rewriting = Task.Run(RewriteAsync);
        }
    }

    private async Task RewriteAsync()
    {
        try
        {
            while (true)
            {
                lock (gate)
                {
                    if (!isWanted)
                    {
                        rewriting = Task.CompletedTask; // In the same step: who asks from now on starts another.
                        return;
                    }

                    isWanted = false;
                }

                try
                {
                    await store.RewriteAsync();
                    told = null;
                }
                catch (StoreUnavailableException refused)
                {
                    lock (gate)
                        isWanted = true;
                    if (told != refused.Message && !refused.Message.Contains("already in progress", StringComparison.Ordinal))
                        RewriteRefused?.Invoke(told = refused.Message);
                }

                await Task.Delay(RewriteEvery, store.Time, closing.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // It is closing.
        }
    }
}
