namespace Coordination.Domain;

/// <summary>Which kind of "no" a rejection is; the server maps it to an HTTP status.</summary>
public enum RejectionKind
{
    /// <summary>The request itself is malformed (400).</summary>
    Malformed,

    /// <summary>There is no such place (404).</summary>
    NotFound,

    /// <summary>The state says no (409).</summary>
    Conflict,

    /// <summary>The version the caller expected is not the current one (412).</summary>
    VersionMismatch,

    /// <summary>The rules say no (422).</summary>
    Refused,
}

/// <summary>A typed "no" with a stable code that programs may rely on and a sentence for people.</summary>
/// <param name="Kind">Which kind of "no".</param>
/// <param name="Code">Stable, kebab case; listed in the API description.</param>
/// <param name="Detail">One sentence, English, without personal data.</param>
/// <param name="Field">The field at fault in JSON path form, if one is.</param>
[GenerateSerializer, Immutable]
public sealed record Rejection(
    [property: Id(0)] RejectionKind Kind,
    [property: Id(1)] string Code,
    [property: Id(2)] string Detail,
    [property: Id(3)] string? Field = null)
{
    public static Rejection Malformed(string field, string detail) => new(RejectionKind.Malformed, "malformed", detail, field);

    public static Rejection Refused(string code, string detail, string? field = null) => new(RejectionKind.Refused, code, detail, field);

    public static Rejection Conflict(string code, string detail) => new(RejectionKind.Conflict, code, detail);

    public static Rejection NotFound(PlaceId place) => new(RejectionKind.NotFound, "place-not-found", $"There is no place {place}.");
}

/// <summary>What a decider answers: either events (possibly none, when nothing has to change) or a rejection.</summary>
public readonly record struct Decision<TEvent>(IReadOnlyList<TEvent> Events, Rejection? Rejection)
{
    public static implicit operator Decision<TEvent>(Rejection rejection) => new([], rejection);

    public static Decision<TEvent> Of(params IReadOnlyList<TEvent> events) => new(events, null);

    /// <summary>Nothing to change, and that is fine.</summary>
    public static Decision<TEvent> Nothing { get; } = new([], null);
}
