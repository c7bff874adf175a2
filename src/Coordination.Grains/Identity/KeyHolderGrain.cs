using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Devices;
using Coordination.Ledger;
using Coordination.Ledger.Vault;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains.Identity;

/// <summary>A device or program that has a key. Its history is in the ledger; when it was last used is in the vault, where it can be removed.</summary>
public sealed partial class KeyHolderGrain : EventSourcedGrain<KeyHolderState, KeyHolderCommand, KeyHolderEvent>, IKeyHolderGrain
{
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    private readonly IVaultStore vault;
    private readonly MemberIndex members;
    private readonly ILogger<KeyHolderGrain> logger;
    private readonly string kind;
    private readonly string id;
    private (string Hash, ImmutableArray<byte> Bytes)[] decoded = [];
    private DateTimeOffset? lastUsedAt;
    private bool lastUseIsRead;
    private Task noting = Task.CompletedTask;

    public KeyHolderGrain(PlaceLedger ledger, IVaultStore vault, IGrainContext context, ILogger<KeyHolderGrain> logger)
        : base(ledger, context.GrainId.Key.ToString()!, KeyHolderModel.Instance, logger)
    {
        this.vault = vault;
        this.logger = logger;
        members = new MemberIndex(vault);
        var slash = Path.IndexOf('/', StringComparison.Ordinal);
        (kind, id) = slash < 0 ? ("", Path) : (Path[..slash], Path[(slash + 1)..]);
    }

    protected override Rejection NotThere => KeyHolderDecider.NotFound;

    public async Task<SubjectStanding?> GetStanding()
    {
        await EnsureReadableAsync();
        ForgetIfMissing();
        return Standing;
    }

    public async Task<SubjectStanding?> Verify(ImmutableArray<byte> secretHash)
    {
        await EnsureReadableAsync();
        ForgetIfMissing();
        if (!Committed.IsActive || !IsKey(secretHash.OrEmpty().AsSpan()))
            return null;
        NoteUse();
        return Standing;
    }

    public async Task<CommandResult> Execute(KeyHolderCommand command)
    {
        // On the list before it exists: one that the list knows and nobody else is passed over, one that it does not know is never found.
        if (command is IssueKeyHolder issue && IsPath && KeyHolderDecider.Validate(issue) is null)
            await members.AddAsync(kind, issue.Grant.Scope, id);
        return await ExecuteAsync(command, null);
    }

    public async Task<KeyHolderCard?> GetCard()
    {
        await EnsureReadableAsync();
        ForgetIfMissing();
        if (!Committed.Exists)
            return null;
        if (!lastUseIsRead)
        {
            lastUsedAt = Newer(lastUsedAt, await ReadLastUseAsync());
            lastUseIsRead = true;
        }
        return new KeyHolderCard(Path, Committed.Name!, Committed.Grant!, Committed.IsActive, Committed.IssuedAt, Committed.IssuedBy, lastUsedAt, Committed.KeyEnds);
    }

    public async Task<bool> ForgetIfRevoked(DateTimeOffset before)
    {
        await EnsureReadableAsync();
        if (Committed.RevokedAt is not { } revoked || revoked >= before)
            return false;
        await vault.RemoveAsync(LastUse, CancellationToken.None);
        return await members.RemoveAsync(kind, Committed.Grant!.Scope, id);
    }

    protected override bool Creates(KeyHolderCommand command) => command is IssueKeyHolder issue && IsPath && KeyHolderDecider.Validate(issue) is null;

    protected override void OnCommitted() =>
        decoded = [.. Committed.Keys.Select(key => (key.Hash, ImmutableArray.Create(Base64Url.DecodeFromChars(key.Hash))))];

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await noting;
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    private bool IsPath => kind is "devices" or "programs" && Guid.TryParseExact(id, "D", out _);

    private string LastUse => $"{Path}/last-use";

    private SubjectStanding? Standing => !Committed.Exists ? null
        : new SubjectStanding(Path, Committed.IsActive, 0, Committed.Grant is { } grant && Committed.IsActive ? [grant] : [], [], default, Committed.IsDemo);

    /// <summary>Every key is compared to its end, so that the time it takes tells nothing.</summary>
    private bool IsKey(ReadOnlySpan<byte> secretHash)
    {
        var (found, now) = (false, Time.GetUtcNow());
        foreach (var (hash, bytes) in decoded)
            found |= CryptographicOperations.FixedTimeEquals(bytes.AsSpan(), secretHash) & Committed.Keys.First(key => key.Hash == hash).IsValidAt(now);
        return found;
    }

    private void NoteUse()
    {
        var now = Time.GetUtcNow();
        if (now - lastUsedAt < NotedEvery)
            return;
        lastUsedAt = now;
        if (noting.IsCompleted)
            noting = WriteLastUseAsync(now);
    }

    /// <summary>Nobody waits for it: a gate must not stand still because it cannot be noted that it works.</summary>
    private async Task WriteLastUseAsync(DateTimeOffset at)
    {
        try
        {
            var entry = await vault.FindAsync(LastUse, CancellationToken.None);
            await vault.TryPutAsync(LastUse, Encoding.UTF8.GetBytes(at.ToString("O", CultureInfo.InvariantCulture)), entry?.Version ?? 0, CancellationToken.None);
        }
        catch (StoreUnavailableException failure)
        {
            LogUseNotNoted(Path, failure.Message);
        }
    }

    private async Task<DateTimeOffset?> ReadLastUseAsync() =>
        await vault.FindAsync(LastUse, CancellationToken.None) is { } entry
        && DateTimeOffset.TryParse(Encoding.UTF8.GetString(entry.Value.Span), CultureInfo.InvariantCulture, out var at)
            ? at
            : null;

    private static DateTimeOffset? Newer(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: that its key was used could not be noted ({Reason}).")]
    private partial void LogUseNotNoted(string path, string reason);
}
