using System.Buffers;
using System.Text.Json;
using Coordination.Live.Core;

namespace Coordination.Live.Sse;

/// <summary>A view as an event of an event stream; made once and shared by all streams.</summary>
internal sealed class EventFrame
{
    private EventFrame(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>What an idle stream gets, so that both ends and all proxies between see that it lives.</summary>
    public static ReadOnlyMemory<byte> Heartbeat { get; } = ":\n\n"u8.ToArray();

    /// <summary>How long a client waits before it connects again.</summary>
    public static ReadOnlyMemory<byte> Opening { get; } = "retry: 2000\n\n"u8.ToArray();

    public ReadOnlyMemory<byte> Bytes { get; }

    public static EventFrame Of(SharedView view) => view.Encoded(Encode);

    private static EventFrame Encode(SharedView shared)
    {
        var view = shared.View;
        var buffer = new ArrayBufferWriter<byte>(view.Json.Length + 128);
        buffer.Write("event: changed\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("topic"u8, view.Topic);
            json.WriteNumber("epoch"u8, view.Epoch);
            json.WriteNumber("version"u8, view.Version);
            json.WritePropertyName("view"u8);
            if (shared.IsAbsent)
                json.WriteNullValue();
            else
                json.WriteRawValue(OneLine(view.Json.Span), skipInputValidation: true);
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return new EventFrame(buffer.WrittenMemory);
    }

    /// <summary>A line break ends the data of an event. In JSON it stands only between tokens, where a blank does as well.</summary>
    private static ReadOnlySpan<byte> OneLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return json;
        var line = json.ToArray();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }
}
