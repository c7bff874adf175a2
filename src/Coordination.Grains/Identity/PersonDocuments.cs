using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coordination.Contracts.Identity;
using Coordination.Domain;

namespace Coordination.Grains.Identity;

/// <summary>Who somebody is and how she is reached.</summary>
internal sealed record PersonDetails
{
    public string UserName { get; init; } = "";

    public string DisplayName { get; init; } = "";

    public string? Phone { get; init; }

    public string? IdentityNumber { get; init; }

    public ImmutableArray<string> Plates { get => field.OrEmpty(); init; }

    /// <summary>Identities elsewhere that are bound to the account.</summary>
    public ImmutableArray<ExternalLogin> Logins { get => field.OrEmpty(); init; }
}

/// <summary>What somebody signs in with, and how often it went wrong.</summary>
internal sealed record Credentials
{
    public string? PasswordHash { get; init; }

    /// <summary>With what the person may set another password, once.</summary>
    public OneUseCode? Code { get; init; }

    /// <summary>Attempts with a password since the last that was right.</summary>
    public int Attempts { get; init; }

    /// <summary>Nobody may try before.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    public ImmutableArray<StoredPasskey> Passkeys { get => field.OrEmpty(); init; }
}

/// <summary>A session of a browser.</summary>
internal sealed record Session(string Id, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, string Browser, DateTimeOffset? EndedAt = null);

/// <summary>Sessions, also some that have ended, and the last sign-ins.</summary>
internal sealed record SessionBook
{
    public ImmutableArray<Session> Sessions { get => field.OrEmpty(); init; }

    public ImmutableArray<SignInNote> SignIns { get => field.OrEmpty(); init; }
}

/// <summary>Who has looked at somebody, oldest first.</summary>
internal sealed record LookBook
{
    public ImmutableArray<Look> Looks { get => field.OrEmpty(); init; }
}

/// <summary>What the runs of the retention have removed, by kind.</summary>
internal sealed record RetentionRecord
{
    public DateTimeOffset? LastRunAt { get; init; }

    public Dictionary<string, long> Last { get; init; } = [];

    public Dictionary<string, long> InAll { get; init; } = [];
}

/// <summary>JSON of what lies in the vault. Stored: a property may be added, never renamed or given another meaning.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PersonDetails))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(SessionBook))]
[JsonSerializable(typeof(LookBook))]
[JsonSerializable(typeof(RetentionRecord))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class PersonJson : JsonSerializerContext;
