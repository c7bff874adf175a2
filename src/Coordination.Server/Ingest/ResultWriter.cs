using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Coordination.Server.Ingest;

/// <summary>Writes results as NDJSON straight into a pipe.</summary>
internal static class ResultWriter
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static void Write(IBufferWriter<byte> output, Utf8JsonWriter writer, IReadOnlyList<(long Line, LineResult Result)> results)
    {
        foreach (var (line, result) in results)
        {
            writer.Reset(output);
            writer.WriteStartObject();
            writer.WriteNumber("line"u8, line);
            writer.WriteString("status"u8, NameOf(result.Status));
            if (result.Version > 0)
                writer.WriteNumber("version"u8, result.Version);
            if (result.OverCapacity)
                writer.WriteBoolean("overCapacity"u8, true);
            if (result.First is { } first)
                writer.WriteString("first"u8, first == Domain.Occupancy.InputStatus.Late ? "late"u8 : "accepted"u8);
            if (result.Rejection is { } rejection)
            {
                writer.WriteString("code"u8, rejection.Code);
                writer.WriteString("detail"u8, rejection.Detail);
                if (rejection.Field is { } field)
                    writer.WriteString("field"u8, field);
            }
            else if (result.Status == LineStatus.Unavailable)
                writer.WriteString("code"u8, "store-unavailable"u8);
            else if (result.Status == LineStatus.Overloaded)
                writer.WriteString("code"u8, "overloaded"u8);
            writer.WriteEndObject();
            writer.Flush();
            output.Write("\n"u8);
        }
    }

    public static Utf8JsonWriter NewWriter(IBufferWriter<byte> output) => new(output, Options);

    private static ReadOnlySpan<byte> NameOf(LineStatus status) => status switch
    {
        LineStatus.Accepted => "accepted"u8,
        LineStatus.Late => "late"u8,
        LineStatus.Duplicate => "duplicate"u8,
        LineStatus.Refused => "refused"u8,
        LineStatus.Unavailable => "unavailable"u8,
        _ => "overloaded"u8,
    };
}
