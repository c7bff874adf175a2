using System.Runtime.CompilerServices;
using Coordination.Ledger.Vault;
using StackExchange.Redis;

namespace Coordination.Ledger.Redis;

/// <summary>
/// The vault's part of the store: its values lie in the same buckets, behind the same guard, so that a Redis that came back empty or older,
/// and with it a destroyed value, is refused like one that lost events. <see cref="RedisVaultStore"/> is its interface.
/// </summary>
public sealed partial class RedisEventStore
{
    internal TimeProvider Time => _options.Time;

    internal async ValueTask<VaultEntry?> FindInVaultAsync(string name, CancellationToken cancellation)
    {
        var bucket = RedisKeys.BucketOf(name);
        var answer = await CallAsync(_scripts.ReadVault, bucket, [_keys.VaultValue(bucket, name)], [], VaultArguments.MaxValueBytes, cancellation);
        return answer.Length == 1 ? null : new VaultEntry(name, (long)answer[1], (byte[])answer[2]!);
    }

    internal async ValueTask<long?> TryPutInVaultAsync(string name, ReadOnlyMemory<byte> value, long expectedVersion, CancellationToken cancellation)
    {
        var bucket = RedisKeys.BucketOf(name);
        var answer = await CallAsync(
            _scripts.PutVault, bucket, [_keys.Vault(bucket), _keys.VaultValue(bucket, name)], [name, expectedVersion, value], value.Length, cancellation);
        return (long)answer[1] is > 0 and var version ? version : null;
    }

    internal async ValueTask<bool> RemoveFromVaultAsync(string name, CancellationToken cancellation)
    {
        var bucket = RedisKeys.BucketOf(name);
        var answer = await CallAsync(_scripts.RemoveVault, bucket, [_keys.Vault(bucket), _keys.VaultValue(bucket, name)], [name], 0, cancellation);
        return (long)answer[1] == 1;
    }

    internal async IAsyncEnumerable<VaultEntry> ListVaultAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in NamesAsync(_keys.Vault, prefix, cancellation))
        {
            foreach (var entry in await Task.WhenAll(page.Select(name => FindInVaultAsync(name, cancellation).AsTask())))
            {
                if (entry is not null)
                    yield return entry;
            }
        }
    }

    /// <summary>Asks every node to write its append-only file anew, without what was removed from it.</summary>
    /// <exception cref="StoreUnavailableException">One cannot now: it may be at it already, for a state from before.</exception>
    internal async Task RewriteAsync()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, this);
        foreach (var node in (await _connection.ServersOfAsync(_keys.Stores)).DistinctBy(server => server.EndPoint))
        {
            await _connection.RunAsync(
                async () =>
                {
                    await node.SaveAsync(SaveType.BackgroundRewriteAppendOnlyFile);
                    return true;
                },
                0, CancellationToken.None);
        }
    }
}
