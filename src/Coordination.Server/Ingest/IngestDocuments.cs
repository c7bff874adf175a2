using System.Text.Json.Serialization;
using Coordination.Domain.Occupancy;

namespace Coordination.Server.Ingest;

/// <summary>One line of <c>POST /api/ingest</c>, and one MQTT message; for the description of the API, <see cref="InputLine"/> reads it.</summary>
/// <param name="Place">Which place, such as <c>parking-lots/jingtie-north</c>. In MQTT the topic says it.</param>
/// <param name="Type">What it is. In MQTT the topic says it.</param>
/// <param name="DeviceId">The counter, gate or person that counted: letters, digits and <c>. _ : -</c>, 1 to 64 characters.</param>
/// <param name="Sequence">The device's number for it, 0 to 2^53 − 1; the same (deviceId, sequence) is counted once.</param>
/// <param name="At">When it was counted.</param>
/// <param name="Occupied">Of a reading: how many are inside, from 0.</param>
/// <param name="Free">Of a reading, instead: how many places are free; below zero means over capacity.</param>
/// <param name="Direction">Of a movement: which way.</param>
/// <param name="Count">Of a movement: how many, 1 to 100,000; 1 when left out.</param>
/// <param name="Zone">The zone; required when the place has zones.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record IngestLine(
    [property: JsonRequired] string Place,
    [property: JsonRequired] IngestType Type,
    [property: JsonRequired] string DeviceId,
    [property: JsonRequired] long Sequence,
    [property: JsonRequired] DateTimeOffset At,
    int? Occupied = null,
    int? Free = null,
    Direction? Direction = null,
    int? Count = null,
    string? Zone = null);

/// <summary>What a line is.</summary>
internal enum IngestType
{
    /// <summary>An absolute count.</summary>
    Reading,

    /// <summary>Some went in or out.</summary>
    Movement,
}

/// <summary>The result of one line; <see cref="ResultWriter"/> writes it.</summary>
/// <param name="Line">Number of the line, from 1; blank lines count and have no result.</param>
/// <param name="Status">How it ended. <c>unavailable</c> and <c>overloaded</c> are to be sent again with the same sequence.</param>
/// <param name="Version">Version of the place that contains it.</param>
/// <param name="OverCapacity">The count is above the capacity.</param>
/// <param name="First">Of a duplicate: how the first one ended, <c>accepted</c> or <c>late</c>.</param>
/// <param name="Code">Of a line that was not taken: why.</param>
/// <param name="Detail">Of a line that was not taken: why, in a sentence.</param>
/// <param name="Field">Of a line that was not taken: which property is at fault.</param>
internal sealed record IngestResult(
    [property: JsonRequired] long Line,
    [property: JsonRequired] LineStatus Status,
    long? Version = null,
    bool? OverCapacity = null,
    InputStatus? First = null,
    string? Code = null,
    string? Detail = null,
    string? Field = null);
