using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Occupancy;

namespace Coordination.Server.Ingest;

/// <summary>
/// Reads one input in its wire form, the same for a line of <c>/api/ingest</c> and an MQTT message:
/// <c>{"place":"parking-lots/x","type":"reading","deviceId":"d1","sequence":7,"at":"2026-05-01T08:00:00+08:00","occupied":5}</c>.
/// </summary>
/// <remarks>Written by hand on <see cref="Utf8JsonReader"/>: reading lines is half the cost of taking them.</remarks>
internal ref struct InputLine
{
    private enum InputType
    {
        None,
        Reading,
        Movement,
    }

    [Flags]
    private enum Property
    {
        None = 0,
        Place = 1,
        DeviceId = 2,
        Sequence = 4,
        At = 8,
        Occupied = 16,
        Free = 32,
        Count = 64,
        Zone = 128,
        Direction = 256,
        Type = 512,
    }

    /// <param name="json">One JSON object, UTF-8.</param>
    /// <param name="texts">Keeps one copy of the names that come again on every line.</param>
    /// <param name="defaultPlace">The place when the line names none (MQTT names it in the topic); a line that names another is refused.</param>
    /// <param name="defaultIsMovement">The type when the line names none.</param>
    /// <param name="place">The place it is for.</param>
    /// <param name="input">What was counted.</param>
    /// <returns>Why it cannot be read; null when it can.</returns>
    public static Rejection? Read(
        ReadOnlySpan<byte> json, TextCache texts, PlaceId? defaultPlace, bool? defaultIsMovement, out PlaceId place, out OccupancyInput? input)
    {
        (place, input) = (default, null);
        try
        {
            return ReadObject(json, texts, defaultPlace, defaultIsMovement, out place, out input);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or FormatException)
        {
            return Rejection.Malformed("line", "One JSON object with the documented properties was expected.");
        }
    }

    private static Rejection? ReadObject(
        ReadOnlySpan<byte> json, TextCache texts, PlaceId? defaultPlace, bool? defaultIsMovement, out PlaceId place, out OccupancyInput? input)
    {
        (place, input) = (defaultPlace ?? default, null);
        var type = defaultIsMovement switch { true => InputType.Movement, false => InputType.Reading, _ => InputType.None };
        string? placeText = null, deviceId = null, zone = null;
        long? sequence = null;
        DateTimeOffset? at = null;
        int? occupied = null, free = null, count = null;
        Direction? direction = null;

        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Rejection.Malformed("line", "A JSON object was expected.");
        var seen = Property.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = PropertyOf(ref reader);
            // Which of two counts was meant cannot be known.
            if ((seen & property) != 0)
                return Rejection.Malformed(reader.GetString()!, "This property is there twice.");
            seen |= property;
            switch (property)
            {
                case Property.Place:
                    placeText = NextText(ref reader, texts);
                    break;
                case Property.DeviceId:
                    deviceId = NextText(ref reader, texts);
                    break;
                case Property.Sequence:
                    sequence = reader.Read() && reader.TryGetInt64(out var number) ? number : throw new FormatException();
                    break;
                case Property.At:
                    at = reader.Read() && reader.TryGetDateTimeOffset(out var instant) && HasOffset(reader.ValueSpan) ? instant : throw new FormatException();
                    break;
                case Property.Occupied:
                    occupied = NextCount(ref reader);
                    break;
                case Property.Free:
                    free = NextCount(ref reader);
                    break;
                case Property.Count:
                    count = NextCount(ref reader);
                    break;
                case Property.Zone:
                    zone = NextText(ref reader, texts);
                    break;
                case Property.Direction:
                    direction = reader.Read() && reader.ValueTextEquals("in"u8) ? Direction.In : reader.ValueTextEquals("out"u8) ? Direction.Out : throw new FormatException();
                    break;
                case Property.Type:
                    type = reader.Read() && reader.ValueTextEquals("reading"u8) ? InputType.Reading : reader.ValueTextEquals("movement"u8) ? InputType.Movement : throw new FormatException();
                    break;
                default:
                    return Rejection.Malformed(Shorten(reader.GetString()!), "There is no such property.");
            }
        }
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            return Rejection.Malformed("line", "One JSON object and nothing else was expected.");

        if (placeText is not null && (!PlaceId.TryParse(placeText, out place) || place.Kind == PlaceKind.Community || (defaultPlace is { } named && place != named)))
            return Rejection.Malformed("place", "A path such as parking-lots/jingtie-north.");
        if (placeText is null && defaultPlace is null)
            return Rejection.Malformed("place", "A path such as parking-lots/jingtie-north.");
        if (deviceId is null)
            return Rejection.Malformed("deviceId", "Letters, digits and . _ : - , 1 to 64 characters.");
        if (sequence is null)
            return Rejection.Malformed("sequence", "A whole number from 0 to 2^53 − 1.");
        if (at is null)
            return Rejection.Malformed("at", "An instant in ISO 8601 with an offset.");
        if (type == InputType.None)
            return Rejection.Malformed("type", "reading or movement.");
        if (type == InputType.Movement && direction is null)
            return Rejection.Malformed("direction", "in or out.");
        if (type == InputType.Reading && (direction is not null || count is not null))
            return Rejection.Malformed("type", "A movement has a direction and a count, a reading has a number occupied or free.");
        input = new OccupancyInput
        {
            DeviceId = deviceId, Sequence = sequence.Value, At = at.Value, Zone = zone,
            Direction = direction, Count = count ?? (direction is null ? 0 : 1), Occupied = occupied, Free = free,
        };
        return null;
    }

    private static Property PropertyOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("place"u8) ? Property.Place
        : reader.ValueTextEquals("deviceId"u8) ? Property.DeviceId
        : reader.ValueTextEquals("sequence"u8) ? Property.Sequence
        : reader.ValueTextEquals("at"u8) ? Property.At
        : reader.ValueTextEquals("occupied"u8) ? Property.Occupied
        : reader.ValueTextEquals("free"u8) ? Property.Free
        : reader.ValueTextEquals("count"u8) ? Property.Count
        : reader.ValueTextEquals("zone"u8) ? Property.Zone
        : reader.ValueTextEquals("direction"u8) ? Property.Direction
        : reader.ValueTextEquals("type"u8) ? Property.Type
        : Property.None;

    private static string? NextText(ref Utf8JsonReader reader, TextCache texts)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null
            : reader.TokenType != JsonTokenType.String ? throw new FormatException()
            : reader.ValueIsEscaped ? reader.GetString() : texts.Get(reader.ValueSpan);
    }

    private static int? NextCount(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.TryGetInt32(out var number) ? number : throw new FormatException();
    }

    // A local time without an offset would be read as the server's own.
    private static bool HasOffset(ReadOnlySpan<byte> text) =>
        text.Length > 10 && (text[^1] is (byte)'Z' or (byte)'z' || text[10..].IndexOfAny((byte)'+', (byte)'-') >= 0);

    private static string Shorten(string name) => name.Length <= 40 ? name : name[..40];
}
