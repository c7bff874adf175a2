using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coordination.Ledger;

/// <summary>An event as it is stored: which one of its stream, when it was decided, by which command.</summary>
/// <param name="Version">Its number in the stream, from 1.</param>
/// <param name="RecordedAt">When it was decided.</param>
/// <param name="CommandId">The command it follows from, on the last of that command's events, if it had an id.</param>
/// <param name="Fingerprint">Hash of that command's body.</param>
/// <param name="Event">What happened.</param>
public readonly record struct EventEnvelope<TEvent>(long Version, DateTimeOffset RecordedAt, string? CommandId, ulong Fingerprint, TEvent Event);

/// <summary>
/// Writes events straight into the JSON array that becomes one stored batch:
/// <c>[{"version":12,"recordedAt":"…","commandId":"…","fingerprint":1,"event":{"type":"…",…}},…]</c>.
/// </summary>
internal sealed class EventBatchWriter<TEvent> : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly PooledBuffer buffer = new();
    private readonly Utf8JsonWriter writer;

    public EventBatchWriter()
    {
        writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartArray();
    }

    public int Count { get; private set; }

    public void Add(in EventEnvelope<TEvent> envelope, Action<Utf8JsonWriter, TEvent> writeEvent)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, envelope.Version);
        writer.WriteString("recordedAt"u8, envelope.RecordedAt);
        if (envelope.CommandId is not null)
        {
            writer.WriteString("commandId"u8, envelope.CommandId);
            writer.WriteNumber("fingerprint"u8, envelope.Fingerprint);
        }
        writer.WritePropertyName("event"u8);
        writeEvent(writer, envelope.Event);
        writer.WriteEndObject();
        Count++;
    }

    /// <summary>The whole batch, in an array of just its size that belongs to the caller.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        writer.WriteEndArray();
        writer.Flush();
        return buffer.ToArray();
    }

    public void Dispose()
    {
        writer.Dispose();
        buffer.Dispose();
    }
}

/// <summary>Grows in arrays that come from a pool and go back to it: batches of a hot stream would otherwise leave megabytes behind.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] rented = ArrayPool<byte>.Shared.Rent(1024);
    private int written;

    public void Advance(int count) => written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsMemory(written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsSpan(written);
    }

    public byte[] ToArray()
    {
        var exact = GC.AllocateUninitializedArray<byte>(written);
        rented.AsSpan(0, written).CopyTo(exact);
        return exact;
    }

    public void Dispose()
    {
        var last = rented;
        (rented, written) = ([], 0);
        if (last.Length > 0)
            ArrayPool<byte>.Shared.Return(last);
    }

    private void Reserve(int sizeHint)
    {
        if (rented.Length - written >= Math.Max(sizeHint, 1))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(rented.Length * 2), written + sizeHint));
        rented.AsSpan(0, written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
    }
}

/// <summary>Reads stored batches.</summary>
public static class EventBatchReader
{
    /// <summary>A callback that reads one event and leaves the reader on its last token.</summary>
    public delegate TEvent ReadEvent<out TEvent>(ref Utf8JsonReader reader);

    /// <summary>The envelopes of a batch, in order.</summary>
    /// <exception cref="InvalidDataException">The batch is not what was written, or its versions have a gap.</exception>
    public static List<EventEnvelope<TEvent>> Read<TEvent>(in EventBatch batch, ReadEvent<TEvent> readEvent)
    {
        var envelopes = new List<EventEnvelope<TEvent>>(batch.Count);
        try
        {
            var reader = new Utf8JsonReader(batch.Payload.Span);
            Expect(ref reader, JsonTokenType.StartArray);
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                envelopes.Add(ReadOne(ref reader, readEvent));
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"Batch at version {batch.FirstVersion} cannot be read: {unreadable.Message}", unreadable);
        }
        if (envelopes.Count != batch.Count)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Batch at version {batch.FirstVersion} says {batch.Count} events and has {envelopes.Count}."));
        for (var i = 0; i < envelopes.Count; i++)
        {
            if (envelopes[i].Version != batch.FirstVersion + i)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Version {envelopes[i].Version} stands where {batch.FirstVersion + i} was expected."));
        }
        return envelopes;
    }

    private static EventEnvelope<TEvent> ReadOne<TEvent>(ref Utf8JsonReader reader, ReadEvent<TEvent> readEvent)
    {
        var (version, recordedAt, commandId, fingerprint, @event, hasEvent) = (0L, default(DateTimeOffset), default(string), 0UL, default(TEvent), false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("version"u8))
            {
                reader.Read();
                version = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("recordedAt"u8))
            {
                reader.Read();
                recordedAt = reader.GetDateTimeOffset();
            }
            else if (reader.ValueTextEquals("commandId"u8))
            {
                reader.Read();
                commandId = reader.GetString();
            }
            else if (reader.ValueTextEquals("fingerprint"u8))
            {
                reader.Read();
                fingerprint = reader.GetUInt64();
            }
            else if (reader.ValueTextEquals("event"u8))
            {
                reader.Read();
                (@event, hasEvent) = (readEvent(ref reader), true);
            }
            else
            {
                reader.Read();
                reader.Skip(); // Written by a later version of the product.
            }
        }
        return hasEvent ? new(version, recordedAt, commandId, fingerprint, @event!) : throw new JsonException("An envelope has no event.");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw new JsonException($"{token} was expected.");
    }
}
