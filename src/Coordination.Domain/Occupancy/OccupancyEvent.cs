using System.Text.Json.Serialization;

namespace Coordination.Domain.Occupancy;

/// <summary>
/// What happened to a place that is counted. Stored as JSON for as long as the place exists: a property may be added, never
/// renamed, removed or given another meaning.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PlaceDefined), "placeDefined")]
[JsonDerivedType(typeof(ReadingRecorded), "readingRecorded")]
[JsonDerivedType(typeof(MovementRecorded), "movementRecorded")]
[JsonDerivedType(typeof(CountCorrected), "countCorrected")]
[JsonDerivedType(typeof(CapacityChangeScheduled), "capacityChangeScheduled")]
[JsonDerivedType(typeof(CapacityChanged), "capacityChanged")]
[JsonDerivedType(typeof(RulesChangeScheduled), "rulesChangeScheduled")]
[JsonDerivedType(typeof(RulesChanged), "rulesChanged")]
[JsonDerivedType(typeof(OperationSet), "operationSet")]
[JsonDerivedType(typeof(StateRefreshed), "stateRefreshed")]
[JsonDerivedType(typeof(RefusalsNoted), "refusalsNoted")]
public abstract record OccupancyEvent;

/// <summary>The place was created or its profile replaced.</summary>
public sealed record PlaceDefined(PlaceProfile Profile) : OccupancyEvent;

/// <summary>An absolute count came in.</summary>
/// <param name="DeviceId">The device that counted.</param>
/// <param name="Sequence">The device's number for it.</param>
/// <param name="At">When it was counted.</param>
/// <param name="Occupied">The count; null when only free places are known, of a place without a known capacity.</param>
/// <param name="Free">Free places as the source gave them, if it gave those.</param>
/// <param name="Zone">The zone, if the place has zones.</param>
/// <param name="Late">Older than the last reading of the device: history only.</param>
/// <param name="Drift">The correction: new count minus the count before; null when there was none or it is late.</param>
/// <param name="Simulated">Made by the built-in simulator.</param>
public sealed record ReadingRecorded(
    string DeviceId,
    long Sequence,
    DateTimeOffset At,
    int? Occupied,
    int? Free = null,
    string? Zone = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Late = false,
    int? Drift = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Simulated = false) : OccupancyEvent;

/// <summary>Some went in or out.</summary>
public sealed record MovementRecorded(
    string DeviceId,
    long Sequence,
    DateTimeOffset At,
    Direction Direction,
    int Count,
    string? Zone = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Late = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Simulated = false) : OccupancyEvent;

/// <summary>A person set the count.</summary>
public sealed record CountCorrected(string? Zone, int Occupied, int? Drift, string By, string Reason) : OccupancyEvent;

/// <summary>A capacity will change at an instant in the future.</summary>
public sealed record CapacityChangeScheduled(string? Zone, int? Capacity, DateTimeOffset EffectiveAt) : OccupancyEvent;

/// <summary>A capacity changed.</summary>
/// <param name="Zone">The zone, if the place has zones.</param>
/// <param name="Capacity">The new capacity; null is unknown.</param>
/// <param name="ScheduledFor">The instant it was scheduled for, if it was.</param>
public sealed record CapacityChanged(string? Zone, int? Capacity, DateTimeOffset? ScheduledFor = null) : OccupancyEvent;

/// <summary>The rules will change at an instant in the future.</summary>
public sealed record RulesChangeScheduled(OccupancyRules Rules, DateTimeOffset EffectiveAt) : OccupancyEvent;

/// <summary>The rules changed.</summary>
public sealed record RulesChanged(OccupancyRules Rules, DateTimeOffset? ScheduledFor = null) : OccupancyEvent;

/// <summary>A person opened or closed the place, or handed it back to the schedule.</summary>
public sealed record OperationSet(Operation Operation, string By, string Reason) : OccupancyEvent;

/// <summary>Time alone changed the state: it opened, closed or went stale.</summary>
public sealed record StateRefreshed(PlaceState State) : OccupancyEvent;

/// <summary>Inputs of a device were refused; noted together, at most once a minute.</summary>
public sealed record RefusalsNoted(string DeviceId, string Code, int Count, DateTimeOffset LastAt) : OccupancyEvent;
