using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coordination.Ledger;

/// <summary>A state, the outcomes of its recent commands, and the version both belong to.</summary>
public sealed class FoldedStream<TState>
{
    public required TState State { get; set; }

    public required long Version { get; set; }

    public required CommandOutcomes Outcomes { get; init; }

    /// <summary>The link of the batch that ends at <see cref="Version"/>; null when it has none.</summary>
    public string? Link { get; set; }

    /// <summary>Version of the stored snapshot; 0 when there is none, or none was looked for.</summary>
    public long SnapshotVersion { get; set; }
}

/// <summary>Recomputes the state of a stream from its events, from the beginning or from a snapshot.</summary>
public static class StreamFolder
{
    /// <summary>
    /// The state after the newest snapshot, of the stored one if <paramref name="useSnapshot"/> and of <paramref name="warm"/> if
    /// there is one that can be read, and all events up to <paramref name="upToVersion"/>. A stored snapshot that names another link than the
    /// batch it ends with is not of these events and is left aside.
    /// </summary>
    /// <exception cref="InvalidDataException">The stream has a gap or cannot be read.</exception>
    public static async Task<FoldedStream<TState>> FoldAsync<TState, TCommand, TEvent, TRejection>(
        IEventStore store,
        string stream,
        IStreamModel<TState, TCommand, TEvent, TRejection> model,
        bool useSnapshot = true,
        long upToVersion = long.MaxValue,
        StreamSnapshot? warm = null,
        CancellationToken cancellation = default)
        where TRejection : class
    {
        var came = warm is null ? null : TryReadSnapshot(warm, model);
        if (warm is not null && came is null)
            (warm, useSnapshot) = (null, true); // It came from a host of another version, say; the store has it all.
        var stored = useSnapshot ? await store.ReadSnapshotAsync(stream, cancellation) : null;
        var folded = came is not null && !(stored?.Version > came.Version) ? came
            : stored is not null ? ReadSnapshot(stored, model)
            : new FoldedStream<TState> { State = model.Empty, Version = 0, Outcomes = new CommandOutcomes() };
        folded.SnapshotVersion = stored?.Version ?? 0;
        // The batch a snapshot ends with says whether it is of these events, and is where the chain goes on. What came along was trusted before.
        var begin = folded.Version;
        var after = begin > 0 && (folded != came || folded.Link is null) ? begin - 1 : begin;
        await foreach (var batch in store.ReadAsync(stream, after, cancellation))
        {
            var (end, link) = (batch.FirstVersion + batch.Count - 1, StreamChain.LinkOf(batch.Payload.Span));
            if (end == begin)
            {
                if (folded.Link is not null && folded.Link != link)
                {
                    LedgerMetrics.SnapshotLeftAside();
                    return await FoldAsync(store, stream, model, useSnapshot: false, upToVersion, cancellation: cancellation);
                }
                folded.Link = link;
                continue;
            }
            foreach (var envelope in EventBatchReader.Read(batch, model.ReadEvent))
            {
                if (envelope.Version <= folded.Version || envelope.Version > upToVersion)
                    continue;
                if (envelope.Version != folded.Version + 1)
                    throw new InvalidDataException($"Stream {stream} has a gap: version {envelope.Version} follows {folded.Version}.");
                folded.State = model.Apply(folded.State, envelope.Event, envelope.RecordedAt);
                folded.Version = envelope.Version;
                if (envelope.CommandId is { } id)
                    folded.Outcomes.Add(new CommandOutcome(id, envelope.Fingerprint, envelope.Version, envelope.RecordedAt));
            }
            if (folded.Version == end)
                folded.Link = link;
        }
        return folded;
    }

    /// <summary>The JSON of a snapshot: <c>{"version":…,"link":"…","outcomes":[…],"state":{…}}</c>, without a link where there is none.</summary>
    public static StreamSnapshot WriteSnapshot<TState, TCommand, TEvent, TRejection>(
        IStreamModel<TState, TCommand, TEvent, TRejection> model, TState state, long version, CommandOutcome[] outcomes, string? link = null)
        where TRejection : class
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, version);
            if (link is not null)
                writer.WriteString("link"u8, link);
            writer.WritePropertyName("outcomes"u8);
            CommandOutcomes.Write(writer, outcomes);
            writer.WritePropertyName("state"u8);
            model.WriteState(writer, state);
            writer.WriteEndObject();
        }
        return new StreamSnapshot(version, buffer.WrittenMemory);
    }

    /// <summary>Reads what <see cref="WriteSnapshot"/> wrote.</summary>
    public static FoldedStream<TState> ReadSnapshot<TState, TCommand, TEvent, TRejection>(
        StreamSnapshot snapshot, IStreamModel<TState, TCommand, TEvent, TRejection> model)
        where TRejection : class
    {
        using var document = JsonDocument.Parse(snapshot.Payload);
        var root = document.RootElement;
        var version = root.GetProperty("version").GetInt64();
        if (version != snapshot.Version)
            throw new InvalidDataException($"A snapshot stored for version {snapshot.Version} says it is of version {version}.");
        var reader = new Utf8JsonReader(JsonSerializerBytes(root.GetProperty("state")));
        reader.Read();
        return new FoldedStream<TState>
        {
            State = model.ReadState(ref reader),
            Version = version,
            Link = root.TryGetProperty("link"u8, out var link) ? link.GetString() : null,
            Outcomes = CommandOutcomes.Read(root.GetProperty("outcomes")),
        };
    }

    private static FoldedStream<TState>? TryReadSnapshot<TState, TCommand, TEvent, TRejection>(
        StreamSnapshot snapshot, IStreamModel<TState, TCommand, TEvent, TRejection> model)
        where TRejection : class
    {
        try
        {
            return ReadSnapshot(snapshot, model);
        }
        catch (Exception)
        {
            return null; // Whatever the model threw: it is only a shortcut.
        }
    }

    private static ReadOnlySpan<byte> JsonSerializerBytes(JsonElement element) => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
}
