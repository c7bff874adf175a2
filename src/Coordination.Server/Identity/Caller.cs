using System.Collections.Immutable;
using Coordination.Contracts;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;

namespace Coordination.Server.Identity;

/// <summary>How a caller showed who it is, so that it can be asked again whether that still holds.</summary>
/// <param name="Subject">Path of who it is.</param>
/// <param name="SecretHash">SHA-256 of the secret of its key; default for a session.</param>
/// <param name="Stamp">The stamp its session began with; its key's is not looked at.</param>
/// <param name="Session">Id of its session; null when it has none, or that is not known.</param>
internal sealed record Credential(string Subject, ImmutableArray<byte> SecretHash, long Stamp, string? Session = null)
{
    public bool IsKey => !SecretHash.IsDefault;
}

/// <summary>Who a request, a connection or a message comes from.</summary>
/// <param name="Standing">Who it is and its roles; null for somebody who is not signed in.</param>
/// <param name="Credential">How it showed that; null for somebody who is not signed in.</param>
/// <param name="Terminal">Where it works: a device, or the session of a browser; null when that is not known.</param>
/// <param name="For">Account on whose behalf it acts, by that account's consent.</param>
internal sealed record Caller(SubjectStanding? Standing, Credential? Credential, string? Terminal = null, string? For = null)
{
    /// <summary>Somebody who is not signed in.</summary>
    public static Caller Nobody { get; } = new(null, null);

    public bool IsSignedIn => Standing is not null;

    public bool IsAccount => Subject.StartsWith("accounts/", StringComparison.Ordinal);

    /// <summary>Path of who it is; empty for somebody who is not signed in.</summary>
    public string Subject => Standing?.Subject ?? "";

    public ImmutableArray<RoleGrant> Grants => Standing?.Grants ?? [];

    /// <summary>As it is written beside what it does; null for somebody who is not signed in.</summary>
    public Actor? Actor => IsSignedIn ? new Actor(Subject, For, Terminal) : null;

    /// <summary>Who a request comes from; the guard has put it there.</summary>
    public static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Nobody;
}
