using System.Collections.Immutable;
using System.Xml.Linq;
using Coordination.Contracts.Identity;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Coordination.Server.Accounts;

/// <summary>
/// The keys that protect cookies, as this host knows them. ASP.NET Core asks for them without waiting, so they are brought before and looked at
/// every hour; a new one is made days before the one before it ends, so that every host knows it in time.
/// </summary>
internal sealed class SessionKeyRing : IXmlRepository
{
    private ImmutableArray<XElement> elements = [];
    private XElement? made;

    /// <summary>Whether they have been brought.</summary>
    public bool IsReady { get; private set; }

    public IReadOnlyCollection<XElement> GetAllElements() => made is null ? elements : elements.Add(made);

    /// <summary>Takes a new key, to be kept by <see cref="SessionKeys"/>.</summary>
    public void StoreElement(XElement element, string friendlyName) => made = element;

    public XElement? TakeMade()
    {
        var taken = made;
        made = null;
        return taken;
    }

    public void Set(IEnumerable<string> texts)
    {
        elements = [.. texts.Select(XElement.Parse)];
        made = null;
    }

    public void SetReady() => IsReady = true;
}

/// <summary>Brings the keys of cookies, and makes a new one in time.</summary>
internal sealed partial class SessionKeys(
    SessionKeyRing ring, IServiceProvider services, IGrainFactory grains, TimeProvider time, ILogger<SessionKeys> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>Longer than any host goes without looking at the keys; ASP.NET Core does once a day.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = LookEvery;
            try
            {
                while (!await EnsureAsync())
                {
                }
                ring.SetReady();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotYet(failure.Message);
                wait = ring.IsReady ? TimeSpan.FromSeconds(30) : TryAgain;
            }
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether there is a key for now and for the days to come; false when another host made one at the same time.</summary>
    private async Task<bool> EnsureAsync()
    {
        var kept = await grains.GetGrain<ISessionKeysGrain>(0).Read();
        ring.Set(kept.Elements);
        // Asked for only now: it needs the keys.
        var manager = services.GetRequiredService<IKeyManager>();
        var (now, keys) = (time.GetUtcNow(), manager.GetAllKeys());
        if (keys.Any(key => !key.IsRevoked && key.ExpirationDate > now + Ahead))
            return true;
        var from = keys.Any(key => !key.IsRevoked && key.ActivationDate <= now && key.ExpirationDate > now) ? now + Ahead / 2 : now;
        manager.CreateNewKey(from, from + Lifetime);
        var made = ring.TakeMade() ?? throw new InvalidOperationException("No key was made.");
        if (!await grains.GetGrain<ISessionKeysGrain>(0).TryAdd(made.ToString(SaveOptions.DisableFormatting), kept.Version))
            return false;
        ring.Set([.. kept.Elements, made.ToString(SaveOptions.DisableFormatting)]);
        LogMade(from + Lifetime);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of sessions could not be brought ({Reason}); tried again in a moment.")]
    private partial void LogNotYet(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "A key for sessions was made; it is valid until {Until}.")]
    private partial void LogMade(DateTimeOffset until);
}
