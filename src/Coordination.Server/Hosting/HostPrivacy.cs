using Coordination.Grains.Privacy;
using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Vault;

namespace Coordination.Server.Hosting;

/// <summary>The vault and the secret keys of a host that holds places. An edge has neither.</summary>
internal static class HostPrivacy
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>One machine: <c>vault.db</c> beside the events, and keys in <c>keys/</c> unless others are configured.</summary>
    /// <exception cref="PrivacyKeyException">The keys cannot be used; the message says what to do.</exception>
    public static async Task AddOwnPrivacyAsync(this IServiceCollection services, ServerOptions options)
    {
        var vault = await SqliteVaultStore.OpenAsync(Path.Combine(options.Data, "vault.db"), TimeProvider.System);
        var keys = await PrivacyKeys.OpenAsync(options.Privacy, Path.Combine(options.Data, "keys"), vault);
        if (keys.CreatedIn is { } folder)
        {
            // There is no log yet.
            await Console.Error.WriteLineAsync(
                $"coordination: secret keys were made in {Path.GetFullPath(folder)}. Back them up apart from the stores: without them nothing personal can be read or found again.");
        }

        services.AddPrivacy(vault, keys);
    }

    /// <summary>A cluster: in the Redis of the events, with keys that are configured on all hosts alike.</summary>
    /// <exception cref="PrivacyKeyException">The keys cannot be used; the message says what to do.</exception>
    public static async Task AddSharedPrivacyAsync(this IServiceCollection services, ServerOptions options, RedisEventStore store)
    {
        var vault = new RedisVaultStore(store)
        {
            RewriteRefused = why => Console.Error.WriteLine(
                $"coordination: keys of erased people are still in the append-only file of Redis, because it would not write that anew: {why} It is asked again every minute."),
        };
        string? told = null;
        while (true)
        {
            try
            {
                services.AddPrivacy(vault, await PrivacyKeys.OpenAsync(options.Privacy, ownFolder: null, vault));
                return;
            }
            catch (StoreUnavailableException notYet)
            {
                if (told != notYet.Message)
                    await Console.Error.WriteLineAsync($"coordination: {told = notYet.Message}");
                await Task.Delay(TryAgain);
            }
        }
    }
}
