using System.Text.Json.Serialization;
using Coordination.Domain.Occupancy;

namespace Coordination.Server.Api;

/// <summary>Some went in or out.</summary>
/// <param name="DeviceId">The counter, gate or person that counted: letters, digits and <c>. _ : -</c>, 1 to 64 characters.</param>
/// <param name="Sequence">The device's number for it; the same (deviceId, sequence) is counted once.</param>
/// <param name="At">When it was counted.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Count">How many, 1 to 100,000.</param>
/// <param name="Zone">The zone; required when the place has zones.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MovementBody(
    [property: JsonRequired] string DeviceId,
    [property: JsonRequired] long Sequence,
    [property: JsonRequired] DateTimeOffset At,
    [property: JsonRequired] Direction Direction,
    int Count = 1,
    string? Zone = null)
{
    internal OccupancyInput ToInput() => new() { DeviceId = DeviceId, Sequence = Sequence, At = At, Direction = Direction, Count = Count, Zone = Zone };
}

/// <summary>An absolute count: either how many are inside or how many places are free.</summary>
/// <param name="DeviceId">The counter, gate or person that counted: letters, digits and <c>. _ : -</c>, 1 to 64 characters.</param>
/// <param name="Sequence">The device's number for it; the same (deviceId, sequence) is counted once.</param>
/// <param name="At">When it was counted.</param>
/// <param name="Occupied">How many are inside, from 0.</param>
/// <param name="Free">Instead: how many places are free; below zero means over capacity.</param>
/// <param name="Zone">The zone; required when the place has zones.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReadingBody(
    [property: JsonRequired] string DeviceId,
    [property: JsonRequired] long Sequence,
    [property: JsonRequired] DateTimeOffset At,
    int? Occupied = null,
    int? Free = null,
    string? Zone = null)
{
    internal OccupancyInput ToInput() => new() { DeviceId = DeviceId, Sequence = Sequence, At = At, Occupied = Occupied, Free = Free, Zone = Zone };
}

/// <summary>How an input ended.</summary>
/// <param name="Status">accepted, late (kept in the history only) or duplicate (nothing changed).</param>
/// <param name="Version">Version of the place that contains it.</param>
/// <param name="OverCapacity">The count is above the capacity.</param>
/// <param name="First">Of a duplicate: how the first one ended.</param>
public sealed record InputAnswer(
    InputStatus Status,
    long Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OverCapacity,
    InputStatus? First);

/// <summary>A count set by hand.</summary>
/// <param name="Occupied">How many are inside.</param>
/// <param name="By">Who says so, 1 to 80 characters.</param>
/// <param name="Reason">Why, 1 to 200 characters.</param>
/// <param name="Zone">The zone; required when the place has zones.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CorrectionBody(
    [property: JsonRequired] int Occupied,
    [property: JsonRequired] string By,
    [property: JsonRequired] string Reason,
    string? Zone = null);

/// <summary>Another capacity from an instant on.</summary>
/// <param name="Capacity">The new capacity; null makes it unknown.</param>
/// <param name="EffectiveAt">From when; now when left out.</param>
/// <param name="Zone">The zone; required when the place has zones.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CapacityChangeBody([property: JsonRequired] int? Capacity, DateTimeOffset? EffectiveAt = null, string? Zone = null);

/// <summary>Other rules from an instant on.</summary>
/// <param name="Rules">The new rules; what is left out is the default.</param>
/// <param name="EffectiveAt">From when; now when left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RulesChangeBody([property: JsonRequired] OccupancyRules Rules, DateTimeOffset? EffectiveAt = null);

/// <summary>Opens or closes by hand, or hands back to the schedule.</summary>
/// <param name="Operation">automatic (the schedule decides), open or closed.</param>
/// <param name="By">Who did it, 1 to 80 characters.</param>
/// <param name="Reason">Why, 1 to 200 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OperationBody(
    [property: JsonRequired] Operation Operation,
    [property: JsonRequired] string By,
    [property: JsonRequired] string Reason);

/// <summary>How a command ended.</summary>
/// <param name="Status">done, or replayed when the same Idempotency-Key was done before.</param>
/// <param name="Version">Version of the place that contains it.</param>
public sealed record CommandAnswer(string Status, long Version);

/// <summary>A stretch of history.</summary>
/// <param name="Resolution">minute (kept 48 hours) or hour (kept 400 days).</param>
/// <param name="Items">Oldest first; stretches without a figure are left out.</param>
public sealed record HistoryAnswer(Contracts.Places.HistoryResolution Resolution, IReadOnlyList<Contracts.Places.HistoryPoint> Items);

/// <summary>The server.</summary>
/// <param name="Name">Coordination.</param>
/// <param name="Version">Version of the product.</param>
/// <param name="Now">The server's clock, for clients to show ages by.</param>
/// <param name="Simulation">Seed places without real input are kept alive by the simulator.</param>
public sealed record ServerAnswer(string Name, string Version, DateTimeOffset Now, bool Simulation);
