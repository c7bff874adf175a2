using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coordination.Ledger;

namespace Coordination.Cli.Store;

/// <summary>Writes the events of a stream one by one, each as a line of JSON with the stream's name before what is stored.</summary>
internal static class EventExport
{
    // For people and jq, not for a web page: nothing is escaped that JSON does not ask for.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>How many were written.</returns>
    public static async Task<long> WriteAsync(IEventStore store, string stream, TextWriter output, CancellationToken cancellation)
    {
        var count = 0L;
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer, Options);
        await foreach (var batch in store.ReadAsync(stream, 0, cancellation))
        {
            using var events = JsonDocument.Parse(batch.Payload);
            foreach (var envelope in events.RootElement.EnumerateArray())
            {
                buffer.SetLength(0);
                json.Reset();
                json.WriteStartObject();
                json.WriteString("stream", stream);
                foreach (var property in envelope.EnumerateObject())
                    property.WriteTo(json);
                json.WriteEndObject();
                await json.FlushAsync(cancellation);
                await output.WriteLineAsync(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
                count++;
            }
        }
        return count;
    }
}
