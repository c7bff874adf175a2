using System.Globalization;
using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;

namespace Coordination.Faults.Support;

/// <summary>
/// Compares the clients' memory with the store's file, and knows nothing else: reads the stored JSON by itself, without the
/// product's types.
/// </summary>
internal static class StoreChecker
{
    /// <summary>Everything that does not fit; empty when all does.</summary>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(string path, ClientLog log)
    {
        // What was acknowledged before the file is read must be in it; what comes later need not.
        var (inputs, commands) = (log.Inputs.ToArray(), log.Commands.ToArray());
        var problems = new List<string>();
        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = path, ReadOnly = true });
        var found = new Dictionary<string, Stream>(StringComparer.Ordinal);
        await foreach (var stream in store.ListAsync("", CancellationToken.None))
            found.Add(stream.Name, await ReadAsync(store, stream, problems));

        foreach (var (input, version) in inputs)
        {
            var name = $"{input.Place}: {input.Device} {input.Sequence}";
            if (!found.TryGetValue(input.Place, out var stream) || !stream.Inputs.TryGetValue((input.Device, input.Sequence), out var stored))
                problems.Add($"{name} was acknowledged and is not in the store.");
            else if (stored.Count != input.Count || stored.Direction != input.Direction)
                problems.Add($"{name} was sent as {input.Direction} {input.Count} and is stored as {stored.Direction} {stored.Count}.");
            else if (version is not null && version != stored.Version)
                problems.Add($"{name} was acknowledged at version {version} and is stored at {stored.Version}.");
        }
        foreach (var (place, key, version) in commands)
        {
            if (!found.TryGetValue(place, out var stream) || !stream.Commands.TryGetValue(key, out var stored))
                problems.Add($"{place}: command {key} was acknowledged and is not in the store.");
            else if (stored != version)
                problems.Add($"{place}: command {key} was acknowledged at version {version} and is stored at {stored}.");
        }
        return problems;
    }

    /// <summary>The state of a place, recomputed from its first event on and again from its snapshot.</summary>
    public static async Task<OccupancyView> RecomputeAsync(string path, string place)
    {
        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = path, ReadOnly = true });
        var whole = await StreamFolder.FoldAsync(store, place, OccupancyModel.Instance, useSnapshot: false);
        var restored = await StreamFolder.FoldAsync(store, place, OccupancyModel.Instance);
        Assert.Equal(JsonSerializer.Serialize(whole.State, DomainJson.Instance.OccupancyState), JsonSerializer.Serialize(restored.State, DomainJson.Instance.OccupancyState));
        Assert.True(PlaceId.TryParse(place, out var id));
        return OccupancyView.Of(id, whole.State, 0, whole.Version)!;
    }

    private sealed record Stream(Dictionary<(string Device, long Sequence), (long Version, string? Direction, int Count)> Inputs, Dictionary<string, long> Commands);

    private static async Task<Stream> ReadAsync(SqliteEventStore store, StreamInfo info, List<string> problems)
    {
        var (stream, last) = (new Stream([], new(StringComparer.Ordinal)), 0L);
        await foreach (var batch in store.ReadAsync(info.Name, 0, CancellationToken.None))
        {
            using var json = JsonDocument.Parse(batch.Payload);
            foreach (var envelope in json.RootElement.EnumerateArray())
            {
                var version = envelope.GetProperty("version").GetInt64();
                if (version != last + 1)
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"{info.Name}: version {version} follows {last}."));
                last = version;
                if (envelope.TryGetProperty("commandId", out var id) && !stream.Commands.TryAdd(id.GetString()!, version))
                    problems.Add($"{info.Name}: command {id} is stored twice.");
                var happened = envelope.GetProperty("event");
                if (happened.TryGetProperty("deviceId", out var device) && happened.TryGetProperty("sequence", out var sequence)
                    && !stream.Inputs.TryAdd((device.GetString()!, sequence.GetInt64()), (version, Direction(happened), Count(happened))))
                    problems.Add($"{info.Name}: {device} {sequence} is stored twice.");
            }
        }
        if (last != info.Version)
            problems.Add($"{info.Name}: the store says {info.Version} events and has {last}.");
        return stream;

        static string? Direction(JsonElement happened) => happened.TryGetProperty("direction", out var direction) ? direction.GetString() : null;
        static int Count(JsonElement happened) => happened.TryGetProperty("count", out var count) ? count.GetInt32() : happened.GetProperty("occupied").GetInt32();
    }
}
