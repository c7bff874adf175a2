using System.Buffers;
using System.Text.Json;
using Coordination.Domain;
using Coordination.Grains.Communities;
using Coordination.Grains.Identity;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;

namespace Coordination.Cli.Store;

/// <summary>What the check of a stream found.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Events">Events that could be read.</param>
/// <param name="SnapshotVersion">Version of its snapshot; null when it has none.</param>
/// <param name="Difference">What is wrong; null when nothing is.</param>
/// <param name="ChainedFrom">Version of the first event that is chained; null when none is.</param>
/// <param name="Head">Where its chain stands; null when the stream is empty or something is wrong.</param>
internal sealed record StreamCheck(
    string Stream, long Events, long? SnapshotVersion, string? Difference, long? ChainedFrom = null, AnchoredStream? Head = null);

/// <summary>
/// Recomputes the state of a stream from its first event on, and compares it with the snapshot at the snapshot's version. Every
/// event must be readable, versions must count up by one, and the chain must hold.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="anchor">Links that the streams must contain; null when none are known.</param>
internal sealed class StreamVerifier(IEventStore store, StoreAnchor? anchor = null)
{
    /// <summary>Checks one stream. What is wrong with it is in the answer, never an exception.</summary>
    /// <exception cref="StoreUnavailableException">The file itself cannot be read.</exception>
    public Task<StreamCheck> CheckAsync(StreamInfo stream, CancellationToken cancellation) =>
        PlaceId.TryParse(stream.Name, out var place)
            ? place.Kind == PlaceKind.Community ? CheckAsync(stream, CommunityModel.Instance, cancellation) : CheckAsync(stream, OccupancyModel.Instance, cancellation)
            : KindOf(stream.Name) switch
            {
                "accounts" => CheckAsync(stream, AccountModel.Instance, cancellation),
                "devices" or "programs" => CheckAsync(stream, KeyHolderModel.Instance, cancellation),
                _ => Task.FromResult(new StreamCheck(stream.Name, 0, null, "not the name of a place, an account, a device or a program")),
            };

    private static string KindOf(string stream) => stream.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? stream[..slash] : "";

    private async Task<StreamCheck> CheckAsync<TState, TCommand, TEvent, TRejection>(
        StreamInfo stream, IStreamModel<TState, TCommand, TEvent, TRejection> model, CancellationToken cancellation)
        where TRejection : class
    {
        var snapshot = await store.ReadSnapshotAsync(stream.Name, cancellation);
        var (state, version, compared) = (model.Empty, 0L, snapshot is null);
        string? difference = null;
        var chain = new ChainCheck(stream.Name);
        var anchored = anchor?.Find(stream.Name);
        try
        {
            await foreach (var batch in store.ReadAsync(stream.Name, 0, cancellation))
            {
                // First of all: it says where the past was changed, also when what stands there now cannot be read.
                if ((chain.Add(batch) ?? anchored?.Compare(chain)) is { } broken)
                    return Ended(broken);
                foreach (var envelope in EventBatchReader.Read(batch, model.ReadEvent))
                {
                    if (envelope.Version != version + 1)
                        return Ended($"version {envelope.Version} follows version {version}");
                    state = model.Apply(state, envelope.Event, envelope.RecordedAt);
                    version = envelope.Version;
                    if (snapshot?.Version == version)
                    {
                        compared = true;
                        difference ??= Compare(model, state, snapshot) ?? CompareLink(chain, snapshot);
                    }
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or NotSupportedException)
        {
            return Ended($"after version {version}: {error.Message}");
        }
        // A server beside us may have appended since the list was made, never taken away.
        if (version < stream.Version)
            return Ended($"the stream should have {stream.Version} events and has {version}");
        if (version < anchored?.Version)
            return Ended($"the anchor knows {anchored.Version} events, and {version} are there");
        return Ended(compared ? difference : $"the snapshot is of version {snapshot!.Version}, and the stream ends at {version}");

        StreamCheck Ended(string? found) => new(
            stream.Name, version, snapshot?.Version, found, chain.ChainedFrom, found is null && version > 0 ? AnchoredStream.Of(stream.Name, chain) : null);
    }

    /// <summary>A snapshot from before the chain names no link.</summary>
    private static string? CompareLink(ChainCheck chain, StreamSnapshot snapshot)
    {
        using var kept = JsonDocument.Parse(snapshot.Payload);
        return kept.RootElement.TryGetProperty("link", out var link) && chain.Version == snapshot.Version && link.GetString() != chain.Link
            ? $"the snapshot at version {snapshot.Version} has another link than the events"
            : null;
    }

    private static string? Compare<TState, TCommand, TEvent, TRejection>(
        IStreamModel<TState, TCommand, TEvent, TRejection> model, TState state, StreamSnapshot snapshot)
        where TRejection : class
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            model.WriteState(writer, state);
        using var computed = JsonDocument.Parse(buffer.WrittenMemory);
        try
        {
            using var kept = JsonDocument.Parse(snapshot.Payload);
            if (!kept.RootElement.TryGetProperty("state", out var stored))
                return $"the snapshot at version {snapshot.Version} has no state";
            return FirstDifference("state", computed.RootElement, stored) is { } path
                ? $"the snapshot at version {snapshot.Version} differs from the events at {path}"
                : null;
        }
        catch (JsonException error)
        {
            return $"the snapshot at version {snapshot.Version} cannot be read: {error.Message}";
        }
    }

    /// <summary>Where two values differ first, as a path; null when they are equal whatever the order of their properties.</summary>
    private static string? FirstDifference(string path, JsonElement left, JsonElement right)
    {
        if (JsonElement.DeepEquals(left, right))
            return null;
        if (left.ValueKind == JsonValueKind.Object && right.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in left.EnumerateObject())
            {
                if (!right.TryGetProperty(property.Name, out var other))
                    return $"{path}.{property.Name}";
                if (FirstDifference($"{path}.{property.Name}", property.Value, other) is { } inner)
                    return inner;
            }
            foreach (var property in right.EnumerateObject())
            {
                if (!left.TryGetProperty(property.Name, out _))
                    return $"{path}.{property.Name}";
            }
        }
        return path;
    }
}
