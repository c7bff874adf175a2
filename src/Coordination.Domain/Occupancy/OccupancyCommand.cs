namespace Coordination.Domain.Occupancy;

/// <summary>Everything that can be asked of a place that is counted.</summary>
[GenerateSerializer, Immutable]
public abstract record OccupancyCommand;

/// <summary>Creates the place or replaces what is said about it.</summary>
/// <param name="Profile">The whole profile; what it leaves out is taken away.</param>
/// <param name="ExpectedVersion">Only if the place is at this version; 0 means only if it does not exist; null means whatever it is.</param>
[GenerateSerializer, Immutable]
public sealed record DefinePlace([property: Id(0)] PlaceProfile Profile, [property: Id(1)] long? ExpectedVersion = null) : OccupancyCommand;

/// <summary>A movement or a reading.</summary>
[GenerateSerializer, Immutable]
public sealed record RecordInput([property: Id(0)] OccupancyInput Input) : OccupancyCommand;

/// <summary>Sets a count by hand; who and why are kept.</summary>
[GenerateSerializer, Immutable]
public sealed record CorrectCount(
    [property: Id(0)] string? Zone,
    [property: Id(1)] int Occupied,
    [property: Id(2)] string By,
    [property: Id(3)] string Reason) : OccupancyCommand;

/// <summary>Gives a place or zone another capacity from an instant on.</summary>
/// <param name="Zone">The zone; null for a place without zones.</param>
/// <param name="Capacity">The new capacity; null makes it unknown.</param>
/// <param name="EffectiveAt">From when; null or past means now.</param>
[GenerateSerializer, Immutable]
public sealed record ChangeCapacity(
    [property: Id(0)] string? Zone,
    [property: Id(1)] int? Capacity,
    [property: Id(2)] DateTimeOffset? EffectiveAt) : OccupancyCommand;

/// <summary>Gives a place other thresholds or another staleness limit from an instant on.</summary>
[GenerateSerializer, Immutable]
public sealed record ChangeRules(
    [property: Id(0)] OccupancyRules Rules,
    [property: Id(1)] DateTimeOffset? EffectiveAt) : OccupancyCommand;

/// <summary>Opens or closes by hand, or hands back to the schedule.</summary>
[GenerateSerializer, Immutable]
public sealed record SetOperation(
    [property: Id(0)] Operation Operation,
    [property: Id(1)] string By,
    [property: Id(2)] string Reason) : OccupancyCommand;

/// <summary>Whether the schedule decides, or a person did.</summary>
public enum Operation
{
    Automatic,
    Open,
    Closed,
}

/// <summary>Nothing was asked, but time has passed: does what is due.</summary>
[GenerateSerializer, Immutable]
public sealed record PassTime : OccupancyCommand
{
    public static PassTime Instance { get; } = new();
}

/// <summary>Notes inputs that were refused since the last note, for the health of a device.</summary>
[GenerateSerializer, Immutable]
public sealed record NoteRefusals([property: Id(0)] string DeviceId, [property: Id(1)] string Code, [property: Id(2)] int Count, [property: Id(3)] DateTimeOffset LastAt)
    : OccupancyCommand;
