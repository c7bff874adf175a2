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
/// <param name="By">Who gave that command; null when that is not known.</param>
public readonly record struct EventEnvelope<TEvent>(
    long Version, DateTimeOffset RecordedAt, string? CommandId, ulong Fingerprint, TEvent Event, RecordedBy? By = null);

/// <summary>
/// Writes events straight into the JSON array that becomes one stored batch:
/// <c>[{"version":12,"recordedAt":"…","commandId":"…","fingerprint":1,"by":{"who":"…"},"event":{"type":"…",…}},…]</c>, the last one with a
/// link of the <see cref="StreamChain"/>.
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

    /// <summary>Version of the first event.</summary>
    public long FirstVersion { get; private set; }

    public void Add(in EventEnvelope<TEvent> envelope, Action<Utf8JsonWriter, TEvent> writeEvent)
    {
        if (Count == 0)
            FirstVersion = envelope.Version;
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, envelope.Version);
        writer.WriteString("recordedAt"u8, envelope.RecordedAt);
        if (envelope.CommandId is not null)
        {
            writer.WriteString("commandId"u8, envelope.CommandId);
            writer.WriteNumber("fingerprint"u8, envelope.Fingerprint);
        }
        if (envelope.By is { } by)
        {
            writer.WritePropertyName("by"u8);
            by.Write(writer);
        }
        writer.WritePropertyName("event"u8);
        writeEvent(writer, envelope.Event);
        writer.WriteEndObject();
        Count++;
    }

    /// <summary>The whole batch with its link, in an array of just its size that belongs to the caller.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="before">The link of the batch before; null when it has none.</param>
    public (ReadOnlyMemory<byte> Payload, string Link) Seal(string stream, string? before)
    {
        writer.WriteEndArray();
        writer.Flush();
        var link = StreamChain.Compute(before ?? StreamChain.Genesis, stream, FirstVersion, buffer.Written);
        return (StreamChain.Seal(buffer.Written, link), link);
    }

    /// <summary>The whole batch without a link.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        writer.WriteEndArray();
        writer.Flush();
        return buffer.Written.ToArray();
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

    /// <summary>What was written; of no use after the next write.</summary>
    public ReadOnlySpan<byte> Written => rented.AsSpan(0, written);

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
        RecordedBy? by = null;
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
            else if (reader.ValueTextEquals("by"u8))
            {
                reader.Read();
                by = RecordedBy.Read(ref reader);
            }
            else if (reader.ValueTextEquals("event"u8))
            {
                reader.Read();
                (@event, hasEvent) = (readEvent(ref reader), true);
            }
            else
            {
                reader.Read();
                reader.Skip(); // The link, or written by a later version of the product.
            }
        }
        return hasEvent ? new(version, recordedAt, commandId, fingerprint, @event!, by) : throw new JsonException("An envelope has no event.");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw new JsonException($"{token} was expected.");
    }
}
