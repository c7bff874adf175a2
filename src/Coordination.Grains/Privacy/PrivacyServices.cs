using Coordination.Ledger.Vault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.Privacy;

/// <summary>Registration.</summary>
public static class PrivacyServices
{
    /// <summary>
    /// <see cref="IVaultStore"/>, <see cref="IKeyedHasher"/> and <see cref="IPersonVault"/>, for hosts that hold places; an edge holds no keys. Needs a
    /// <see cref="TimeProvider"/>. The container disposes of the vault.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="vault">The open vault.</param>
    /// <param name="keys">The checked keys.</param>
    public static IServiceCollection AddPrivacy(this IServiceCollection services, IVaultStore vault, PrivacyKeys keys)
    {
        services.AddSingleton(_ => vault);
        services.AddSingleton(keys);
        services.AddSingleton<IKeyedHasher>(_ => new KeyedHasher(keys.Hash));
        services.AddSingleton<IPersonVault>(provider => new PersonVault(
            provider.GetRequiredService<IVaultStore>(), keys.Master, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<PersonVault>>()));
        services.AddHostedService<MasterKeyRotation>();
        return services;
    }
}
