namespace Coordination.Domain;

/// <summary>Time zones that places may be in.</summary>
internal static class TimeZones
{
    /// <summary>Longest id that is looked up, in characters.</summary>
    private const int MaxLength = 64;

    /// <summary>Whether it is an IANA id this machine knows; names of other systems are not, as browsers do not understand them.</summary>
    public static bool IsKnown(string? id) =>
        id is { Length: > 0 and <= MaxLength } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId;
}
