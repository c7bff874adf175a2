namespace Coordination.Client;

/// <summary>Some went in or out, for <c>POST …/movements</c>; idempotent by (device, sequence).</summary>
/// <param name="DeviceId">Letters, digits and <c>. _ : -</c>, 1 to 64 characters.</param>
/// <param name="Sequence">The device's own number for this input, 0 to 2^53 − 1; the same number is counted once.</param>
/// <param name="At">When it was counted, by the device's clock.</param>
/// <param name="Direction"><c>in</c> or <c>out</c>.</param>
/// <param name="Count">1 to 100,000.</param>
/// <param name="Zone">Required when the place has zones.</param>
public sealed record Movement(string DeviceId, long Sequence, DateTimeOffset At, string Direction, int Count, string? Zone = null);

/// <summary>An absolute count, for <c>POST …/readings</c>: either occupied or free places; idempotent by (device, sequence).</summary>
public sealed record Reading(string DeviceId, long Sequence, DateTimeOffset At, int? Occupied = null, int? Free = null, string? Zone = null);

/// <summary>The answer to a movement or reading.</summary>
/// <param name="Status"><c>accepted</c>, <c>late</c> or <c>duplicate</c>.</param>
/// <param name="Version">Version of the place that contains it.</param>
/// <param name="OverCapacity">More are inside than there are places: real, and kept.</param>
/// <param name="First">Of a duplicate: how the first one ended.</param>
public sealed record InputReply(string Status, long Version, bool OverCapacity = false, string? First = null);

/// <summary>The answer to a command.</summary>
/// <param name="Status"><c>done</c>, or <c>replayed</c> when the same id had been done before.</param>
/// <param name="Version">Version of the place that contains it.</param>
public sealed record CommandReply(string Status, long Version);

internal sealed record CorrectionRequest(string? Zone, int Occupied, string By, string Reason);

internal sealed record CapacityChangeRequest(string? Zone, int? Capacity, DateTimeOffset? EffectiveAt)
{
    // A capacity that becomes unknown is said with an explicit null.
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public int? Capacity { get; init; } = Capacity;
}

internal sealed record OperationRequest(string Operation, string By, string Reason);
