namespace Coordination.Domain.Occupancy;

/// <summary>Which way a movement goes.</summary>
public enum Direction
{
    In,
    Out,
}

/// <summary>
/// One input of a device, idempotent by (device, sequence). Either a movement (direction and count) or a reading (an absolute
/// number of occupied, or of free, places).
/// </summary>
[GenerateSerializer, Immutable]
public sealed record OccupancyInput
{
    /// <summary>Longest device id, in characters.</summary>
    public const int MaxDeviceIdLength = 64;

    /// <summary>Most people or cars in one movement.</summary>
    public const int MaxMovement = 100_000;

    /// <summary>The sensor, gate or person that counted; letters, digits and <c>. _ : -</c>, 1 to 64 characters.</summary>
    [Id(0)] public required string DeviceId { get; init; }

    /// <summary>The device's own number for this input, from 0 to 2^53 − 1; the same number is counted once. Counting 1, 2, 3 is best.</summary>
    [Id(1)] public required long Sequence { get; init; }

    /// <summary>When it was counted, by the device's clock.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }

    /// <summary>The zone it belongs to; required when the place has zones.</summary>
    [Id(3)] public string? Zone { get; init; }

    /// <summary>Of a movement: which way.</summary>
    [Id(4)] public Direction? Direction { get; init; }

    /// <summary>Of a movement: how many, 1 to 100,000.</summary>
    [Id(5)] public int Count { get; init; }

    /// <summary>Of a reading: how many are inside.</summary>
    [Id(6)] public int? Occupied { get; init; }

    /// <summary>Of a reading by a source that publishes free places instead: how many are free. Below zero means over capacity.</summary>
    [Id(7)] public int? Free { get; init; }

    /// <summary>Made by the built-in simulator; shown as such on every page.</summary>
    [Id(8)] public bool Simulated { get; init; }
}

/// <summary>How an input ended.</summary>
public enum InputStatus
{
    /// <summary>It moved the present.</summary>
    Accepted,

    /// <summary>Older than the last reading of its device: kept in the history, the present stays.</summary>
    Late,

    /// <summary>This (device, sequence) was there before: nothing changed.</summary>
    Duplicate,

    /// <summary>Not taken; the code says why.</summary>
    Refused,
}

/// <summary>The answer to one input.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Rejection">Why, when it was refused.</param>
/// <param name="Version">Version of the place that contains the outcome; 0 when it was refused.</param>
/// <param name="OverCapacity">The count is above the capacity: real, and kept.</param>
/// <param name="First">Of a duplicate: how the first one ended; null when that is too long ago to be remembered.</param>
[GenerateSerializer, Immutable]
public readonly record struct InputOutcome(
    [property: Id(0)] InputStatus Status,
    [property: Id(1)] Rejection? Rejection = null,
    [property: Id(2)] long Version = 0,
    [property: Id(3)] bool OverCapacity = false,
    [property: Id(4)] InputStatus? First = null);
