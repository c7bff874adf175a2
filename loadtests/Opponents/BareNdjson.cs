using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Coordination.LoadTests.Opponents;

/// <summary>A line as the bare endpoint reads it.</summary>
internal sealed record BareLine(
    string Place, string Type, string DeviceId, long Sequence, DateTimeOffset At, int? Occupied, int? Free, string? Direction, int? Count, string? Zone);

/// <summary>The answer to a line.</summary>
internal readonly record struct BareResult(long Line, string Status, long Version);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BareLine))]
[JsonSerializable(typeof(BareResult))]
internal sealed partial class BareJson : JsonSerializerContext;

/// <summary>NDJSON in, one result per line out, and nothing between but reading the line: nothing is checked, kept or made durable.</summary>
internal static class BareNdjson
{
    public static void MapBareNdjson(this IEndpointRouteBuilder app) => app.MapPost("/api/ingest", async (HttpContext http) =>
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        http.Response.ContentType = "application/x-ndjson";
        var (reader, output) = (http.Request.BodyReader, http.Response.BodyWriter);
        await http.Response.StartAsync();
        await using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        var line = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            var rest = Take(read.Buffer, output, writer, ref line);
            reader.AdvanceTo(rest.Start, rest.End);
            await output.FlushAsync(http.RequestAborted);
            if (read.IsCompleted)
                return;
        }
    });

    private static ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer, IBufferWriter<byte> output, Utf8JsonWriter writer, ref long line)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var reader = new Utf8JsonReader(buffer.Slice(0, end));
            var parsed = JsonSerializer.Deserialize(ref reader, BareJson.Default.BareLine)
                ?? throw new BadHttpRequestException(string.Create(CultureInfo.InvariantCulture, $"Line {line} is nothing."));
            writer.Reset(output);
            JsonSerializer.Serialize(writer, new BareResult(++line, "accepted", parsed.Sequence), BareJson.Default.BareResult);
            output.Write("\n"u8);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }
        return buffer;
    }
}
