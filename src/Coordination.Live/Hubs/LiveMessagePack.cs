using System.Buffers;
using System.Text.Json;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;

namespace Coordination.Live.Hubs;

/// <summary>The wire types in MessagePack: the same maps, with the same camelCase names, as in JSON.</summary>
internal static class LiveMessagePack
{
    /// <summary>Adds the wire types to the options of the hub protocol.</summary>
    public static MessagePackSerializerOptions Extend(MessagePackSerializerOptions options) => options.WithResolver(
        CompositeResolver.Create(
            [new WatchedTopicFormatter(), new ViewStampFormatter(), new ViewBodyFormatter(), new StatusFormatter(), new GoodbyeFormatter()],
            [options.Resolver]));

    /// <summary>JSON as MessagePack: whole numbers as integers, other numbers as doubles, everything else as it is.</summary>
    public static byte[] FromJson(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(Math.Max(json.Length, 16));
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, document.RootElement);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(ref MessagePackWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteMapHeader(value.GetPropertyCount());
                foreach (var property in value.EnumerateObject())
                {
                    writer.Write(property.Name);
                    Write(ref writer, property.Value);
                }

                break;
            case JsonValueKind.Array:
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                    Write(ref writer, item);
                break;
            case JsonValueKind.String:
                writer.Write(value.GetString());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var whole):
                writer.Write(whole);
                break;
            case JsonValueKind.Number:
                writer.Write(value.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(value.GetBoolean());
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    private sealed record Body(byte[] Bytes);

    private sealed class ViewBodyFormatter : IMessagePackFormatter<ViewBody?>
    {
        public void Serialize(ref MessagePackWriter writer, ViewBody? value, MessagePackSerializerOptions options)
        {
            if (value is null)
                writer.WriteNil();
            else
                writer.WriteRaw(value.Shared.Encoded(static view => new Body(FromJson(view.View.Json))).Bytes);
        }

        public ViewBody? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw SendOnly();
    }

    private sealed class ViewStampFormatter : IMessagePackFormatter<ViewStamp>
    {
        public void Serialize(ref MessagePackWriter writer, ViewStamp value, MessagePackSerializerOptions options)
        {
            writer.WriteMapHeader(2);
            writer.Write("epoch");
            writer.Write(value.Epoch);
            writer.Write("version");
            writer.Write(value.Version);
        }

        public ViewStamp Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw SendOnly();
    }

    private sealed class WatchedTopicFormatter : IMessagePackFormatter<WatchedTopic>
    {
        private readonly ViewBodyFormatter _view = new();

        public void Serialize(ref MessagePackWriter writer, WatchedTopic value, MessagePackSerializerOptions options)
        {
            writer.WriteMapHeader(value.Code is null ? 4 : 5);
            writer.Write("topic");
            writer.Write(value.Topic);
            writer.Write("epoch");
            writer.Write(value.Epoch);
            writer.Write("version");
            writer.Write(value.Version);
            writer.Write("view");
            _view.Serialize(ref writer, value.View, options);
            if (value.Code is null)
                return;
            writer.Write("code");
            writer.Write(value.Code);
        }

        public WatchedTopic Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw SendOnly();
    }

    private sealed class StatusFormatter : IMessagePackFormatter<StatusMessage>
    {
        public void Serialize(ref MessagePackWriter writer, StatusMessage value, MessagePackSerializerOptions options)
        {
            writer.WriteMapHeader(1);
            writer.Write("unconfirmedSince");
            if (value.UnconfirmedSince is { } since)
                writer.Write(JsonSerializer.SerializeToElement(since).GetString());
            else
                writer.WriteNil();
        }

        public StatusMessage Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw SendOnly();
    }

    private sealed class GoodbyeFormatter : IMessagePackFormatter<GoodbyeMessage>
    {
        public void Serialize(ref MessagePackWriter writer, GoodbyeMessage value, MessagePackSerializerOptions options)
        {
            writer.WriteMapHeader(1);
            writer.Write("reconnectAfterMs");
            writer.Write(value.ReconnectAfterMs);
        }

        public GoodbyeMessage Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => throw SendOnly();
    }

    private static NotSupportedException SendOnly() => new("Views and notices are sent, never received.");
}
