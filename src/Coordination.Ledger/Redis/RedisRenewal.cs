using System.Net;
using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// Has a Redis that was restarted write its append-only file anew from what it has in memory, before anything is written to it.
/// </summary>
/// <remarks>
/// A Redis that is killed while it writes may leave a file that ends inside a transaction. At the next start it cuts off the command that is
/// incomplete, and not the ones before it in the same transaction: what they do is not done then, but with the end of whatever transaction is
/// written behind them, at the start after that one. An append that nobody was told of would come back behind those that took its place. A
/// file that begins anew leaves nothing open; see <c>docs/decisions/0012-a-restarted-redis-writes-its-file-anew.md</c>.
/// </remarks>
internal sealed class RedisRenewal(RedisConnection connection, RedisEventStoreOptions options)
{
    private const string Rewrite = "BGREWRITEAOF";

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>Most time for the file to be complete. From its beginning on nothing is written to the old one: a larger store is used while it goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private string? _warning;
    private EndPoint[] _undone = [];
    private long _tried;

    /// <summary>Why the last one was not done, and what to do, for the person who runs the server; null when it was.</summary>
    public string? Warning => Volatile.Read(ref _warning);

    /// <summary>
    /// Renews the files of nodes that were restarted, and now and then those that could not be before; waits a while for the end of that. Called by
    /// one at a time.
    /// </summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="restarted">Whether one was restarted.</param>
    /// <exception cref="StoreUnavailableException">One does not answer.</exception>
    public async Task RenewAsync(IReadOnlyList<IServer> nodes, Func<IServer, bool> restarted)
    {
        var isDue = options.Time.GetElapsedTime(_tried) >= options.RenewAgainAfter;
        IServer[] due = [.. nodes.Where(node => restarted(node) || (isDue && _undone.Contains(node.EndPoint)))];
        if (due.Length == 0)
            return;
        _tried = options.Time.GetTimestamp();
        var warnings = await Task.WhenAll(due.Select(RenewAsync));
        _undone = [.. due.Where((_, i) => warnings[i] is not null).Select(node => node.EndPoint), .. _undone.Except(due.Select(node => node.EndPoint))];
        if (_undone.Length == 0 || warnings.Any(warning => warning is not null))
            Volatile.Write(ref _warning, warnings.FirstOrDefault(warning => warning is not null));
    }

    private async Task<string?> RenewAsync(IServer node)
    {
        try
        {
            await connection.RunAsync(() => node.ExecuteAsync(Rewrite), 0, CancellationToken.None);
        }
        catch (StoreUnavailableException error) when (error.InnerException is RedisServerException { Message: var said } && said.Contains("in progress", StringComparison.Ordinal))
        {
            // Another host asked for it, in this life of Redis: that one will do.
        }
        catch (StoreUnavailableException error) when (error.InnerException is RedisServerException or RedisCommandException)
        {
            return Describe(node, error.InnerException.Message);
        }

        var began = options.Time.GetTimestamp();
        while (options.Time.GetElapsedTime(began) < Patience)
        {
            var info = RedisInspection.Parse(await connection.RunAsync(() => node.InfoRawAsync("persistence"), 0, CancellationToken.None) ?? "");
            if (info.GetValueOrDefault("aof_rewrite_in_progress") is "0" && info.GetValueOrDefault("aof_rewrite_scheduled") is "0")
                return info.GetValueOrDefault("aof_last_bgrewrite_status") is "ok" ? null : Describe(node, "the rewrite failed, its log says why");
            await Task.Delay(LookAgainAfter, options.Time);
        }

        return null;
    }

    private static string Describe(IServer node, string why) =>
        $"Redis at {EndPointCollection.ToString(node.EndPoint)} was restarted and does not write its append-only file anew ({why}). It is used all the "
        + "same; but if it was killed in the middle of a write, its next restart may bring back what was never confirmed. Allow its user "
        + "`+bgrewriteaof`; it is tried again every minute.";
}
