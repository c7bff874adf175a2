using System.Text.Json;

namespace Coordination.Ledger;

/// <summary>Who gave the command that an event follows from, as paths of subjects.</summary>
/// <param name="Who">Who gave it: <c>accounts/{id}</c>, <c>devices/{id}</c>, <c>programs/{id}</c>, <c>system</c> or <c>system/{part}</c>.</param>
/// <param name="For">For whom, when that is somebody else.</param>
/// <param name="At">Through what: a gate, a counter.</param>
public sealed record RecordedBy(string Who, string? For = null, string? At = null)
{
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("who"u8, Who);
        if (For is not null)
            writer.WriteString("for"u8, For);
        if (At is not null)
            writer.WriteString("at"u8, At);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, and leaves the reader on the end of it.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static RecordedBy Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("`by` is no object.");
        var (who, @for, at) = (default(string), default(string), default(string));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var part = reader.ValueTextEquals("who"u8) ? 1 : reader.ValueTextEquals("for"u8) ? 2 : reader.ValueTextEquals("at"u8) ? 3 : 0;
            reader.Read();
            if (part == 0)
                reader.Skip(); // Written by a later version of the product.
            else if (part == 1)
                who = reader.GetString();
            else if (part == 2)
                @for = reader.GetString();
            else
                at = reader.GetString();
        }
        return who is not null ? new RecordedBy(who, @for, at) : throw new JsonException("`by` does not say who.");
    }
}
