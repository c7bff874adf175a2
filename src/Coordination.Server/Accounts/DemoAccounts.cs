using System.Buffers.Text;
using System.Security.Cryptography;
using Coordination.Contracts;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain.Accounts;
using Coordination.Domain.Devices;
using Coordination.Server.Hosting;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>
/// Accounts and keys to try the product with: made in seed mode, told at the start, and usable from the machine itself only. A store that has
/// them is opened without them everywhere else: they are locked, and their keys replaced by ones that nobody knows.
/// </summary>
internal sealed partial class DemoAccounts(
    ServerOptions options, IServiceProvider services, Passwords passwords, TimeProvider time, ILogger<DemoAccounts> logger) : BackgroundService
{
    private const string LockReason = "demonstration only";
    private const string By = "system/demo";

    private bool isReady;

    /// <summary>Whether this server offers them at all: on one machine, with the seed places that come with the product.</summary>
    public bool AreOffered { get; } = !options.Cluster.IsOn && options.HasSeeds && (options.Identity.Demo ?? options.Seeds is null);

    /// <summary>Whether they may be used by a request: it comes from this machine.</summary>
    public bool AreUsable(HttpContext http) => AreOffered && isReady && Loopback.Is(http);

    /// <exception cref="InvalidOperationException">They are asked for where they must never be.</exception>
    public static void Check(ServerOptions options)
    {
        if (options.Cluster.IsOn && options.Identity.Demo == true)
            throw new InvalidOperationException("Coordination:Identity:Demo cannot be true in a cluster: everybody knows the passwords of the demonstration. Take it away.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!options.Cluster.HoldsPlaces)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PutAllAsync();
                return;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotYet(failure.Message);
            }
            await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PutAllAsync()
    {
        // Not before the host has started: the grains are not there yet.
        var grains = services.GetRequiredService<IGrainFactory>();
        CallActor.Set(new Actor(By));
        foreach (var role in DemoRoles.All)
            await PutAsync(grains.GetGrain<IAccountGrain>(role.AccountId), role);
        foreach (var key in DemoRoles.Keys)
            await PutAsync(grains.GetGrain<IKeyHolderGrain>(key.Subject), key);
        isReady = true;
        if (!AreOffered)
            return;
        LogOffered();
        foreach (var line in Table())
            LogLine(line);
    }

    private async Task PutAsync(IAccountGrain account, DemoRole role)
    {
        var card = await account.GetCard();
        if (!AreOffered)
        {
            if (card is { Status: AccountStatus.Open })
                Done(await account.Execute(new LockAccount(LockReason, By)));
        }
        else if (card is null)
        {
            var hash = await passwords.HashAsync(role.Password) ?? throw new InvalidOperationException("Too many passwords wait.");
            Done(await account.Open(new NewAccount(role.UserName, role.Zh, hash, null, [role.Grant], By, IsDemo: true)));
        }
        else if (card.Status is AccountStatus.Locked)
            Done(await account.Execute(new UnlockAccount(By)));
    }

    private async Task PutAsync(IKeyHolderGrain holder, DemoKey key)
    {
        var known = SHA256.HashData(key.Secret);
        var isKnown = await holder.Verify([.. known]) is not null;
        if (AreOffered && await holder.GetCard() is null)
            Done(await holder.Execute(new IssueKeyHolder(key.Name, key.Grant, IsProgram: false, Base64Url.EncodeToString(known), By, IsDemo: true)));
        else if (AreOffered && !isKnown)
            Done(await holder.Execute(new RotateKey(Base64Url.EncodeToString(known), TimeSpan.Zero, By)));
        else if (!AreOffered && isKnown)
            Done(await holder.Execute(new RotateKey(Base64Url.EncodeToString(SHA256.HashData(RandomNumberGenerator.GetBytes(32))), TimeSpan.Zero, By)));
    }

    private static void Done(CommandResult result)
    {
        if (result.Status is not (CommandStatus.Done or CommandStatus.Replayed))
            throw new InvalidOperationException(result.Rejection?.Detail ?? result.Status.ToString());
    }

    /// <summary>One line each: line breaks within a line of the log are shown as such.</summary>
    private static IEnumerable<string> Table() =>
    [
        .. DemoRoles.All.Select(role => $"{role.UserName,-26} {role.Password,-30} {role.Scope}"),
        .. DemoRoles.Keys.Select(key => $"{key.Name,-26} {KeyOf(key)} {key.Scope}"),
    ];

    public static string KeyOf(DemoKey key) => $"{AccessKey.DevicePrefix}{key.Id.Replace("-", "", StringComparison.Ordinal)}_{Base64Url.EncodeToString(key.Secret)}";

    [LoggerMessage(Level = LogLevel.Information, Message = "To try it on this machine, and on no other, sign in as:")]
    private partial void LogOffered();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private partial void LogLine(string line);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The accounts of the demonstration are not seen to yet ({Reason}); tried again in a second.")]
    private partial void LogNotYet(string reason);
}
