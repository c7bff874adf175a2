namespace Coordination.Domain.Access;

/// <summary>Where something is, so that a scope can be compared with it. What is not known is covered by no scope that asks for it.</summary>
/// <param name="Path">The place itself, such as <c>parking-lots/jingtie-north</c>; null for what belongs to no place.</param>
/// <param name="City">As its profile says.</param>
/// <param name="District">As its profile says.</param>
/// <param name="Street">As its profile says.</param>
/// <param name="Community">Slug of the community it belongs to; of a community its own.</param>
/// <param name="Building">Id of a building of that community.</param>
[GenerateSerializer, Immutable]
public sealed record PlaceLocation(
    [property: Id(0)] string? Path,
    [property: Id(1)] string? City = null,
    [property: Id(2)] string? District = null,
    [property: Id(3)] string? Street = null,
    [property: Id(4)] string? Community = null,
    [property: Id(5)] string? Building = null)
{
    /// <summary>No place at all: only who may do it everywhere may do it here.</summary>
    public static PlaceLocation Nowhere { get; } = new((string?)null);
}
