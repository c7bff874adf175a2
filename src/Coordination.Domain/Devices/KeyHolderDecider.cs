using Coordination.Domain.Access;

namespace Coordination.Domain.Devices;

/// <summary>The rules of keys of devices and programs.</summary>
public static class KeyHolderDecider
{
    /// <summary>Keys that are valid at the same time, at most; a further one ends the oldest at once.</summary>
    public const int MaxKeys = 4;

    /// <summary>Longest name, in characters.</summary>
    public const int MaxName = 80;

    /// <summary>Longest reason, in characters.</summary>
    public const int MaxReason = 200;

    /// <summary>Characters of a SHA-256 in base64url.</summary>
    public const int HashLength = 43;

    /// <summary>How long an old key may go on beside a new one.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromHours(1);

    public static Decision<KeyHolderEvent> Decide(KeyHolderState state, KeyHolderCommand command, DateTimeOffset now) => command switch
    {
        IssueKeyHolder issue => Issue(state, issue),
        _ when !state.Exists => NotFound,
        RotateKey rotate => Rotate(state, rotate, now),
        RevokeKeyHolder { Reason.Length: > MaxReason } => Rejection.Malformed("reason", $"At most {MaxReason} characters."),
        RevokeKeyHolder revoke => state.IsActive
            ? Decision<KeyHolderEvent>.Of(new DeviceRevoked(string.IsNullOrWhiteSpace(revoke.Reason) ? null : revoke.Reason.Trim(), revoke.By))
            : Decision<KeyHolderEvent>.Nothing,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of a device."),
    };

    public static KeyHolderState Apply(KeyHolderState state, KeyHolderEvent @event, DateTimeOffset recordedAt) => @event switch
    {
        DeviceIssued issued => state with
        {
            Name = issued.Name, Grant = issued.Grant, IssuedAt = recordedAt, IssuedBy = issued.By, IsDemo = issued.IsDemo,
            Keys = [new HeldKey(issued.KeyHash, recordedAt)],
        },
        KeyRotated rotated => state with
        {
            Keys =
            [
                .. state.Keys.Where(key => key.IsValidAt(recordedAt)).TakeLast(MaxKeys - 1)
                    .Select(key => key with { EndsAt = key.EndsAt < rotated.OthersEndAt ? key.EndsAt : rotated.OthersEndAt })
                    .Where(key => key.IsValidAt(recordedAt)),
                new HeldKey(rotated.KeyHash, recordedAt),
            ],
        },
        DeviceRevoked => state with { Keys = [], RevokedAt = recordedAt },
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "Not an event of a device."),
    };

    /// <summary>Whether what is to be issued could be, before anything is asked of the state; null when it could.</summary>
    public static Rejection? Validate(IssueKeyHolder issue)
    {
        if (string.IsNullOrWhiteSpace(issue.Name) || issue.Name.Length > MaxName || issue.Name.Any(char.IsControl))
            return Rejection.Malformed("name", $"A name has 1 to {MaxName} characters.");
        if (issue.KeyHash is not { Length: HashLength })
            return Rejection.Malformed("keyHash", "A SHA-256 in base64url.");
        return !issue.IsProgram && !AccessRules.DeviceRoles.Contains(issue.Grant.Role)
            ? Rejection.Refused("role-not-granted", $"{issue.Grant.Role} is not a role of a device.", "role")
            : AccessRules.Check(issue.Grant);
    }

    /// <summary>There is no such device or program.</summary>
    public static Rejection NotFound { get; } = new(RejectionKind.NotFound, "device-not-found", "There is no such device or program.");

    private static Decision<KeyHolderEvent> Issue(KeyHolderState state, IssueKeyHolder issue) =>
        Validate(issue) is { } invalid ? invalid
        : state.Exists ? Rejection.Conflict("device-exists", "The id is taken.")
        : Decision<KeyHolderEvent>.Of(new DeviceIssued(issue.Name.Trim(), issue.Grant, issue.KeyHash, issue.By, issue.IsDemo));

    private static Decision<KeyHolderEvent> Rotate(KeyHolderState state, RotateKey rotate, DateTimeOffset now) =>
        rotate.Grace < TimeSpan.Zero || rotate.Grace > LongestGrace ? Rejection.Malformed("graceSeconds", $"0 to {LongestGrace.TotalSeconds:0}.")
        : rotate.KeyHash is not { Length: HashLength } ? Rejection.Malformed("keyHash", "A SHA-256 in base64url.")
        : !state.IsActive ? Rejection.Conflict("device-revoked", "It was revoked for good; issue a new one.")
        : Decision<KeyHolderEvent>.Of(new KeyRotated(rotate.KeyHash, now + rotate.Grace, rotate.By));
}
