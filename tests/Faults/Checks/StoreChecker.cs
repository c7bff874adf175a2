using System.Text.Json;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Faults.Clients;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Ledger.Sqlite;

namespace Coordination.Faults.Checks;

/// <summary>Compares the clients' memory with the store, and knows nothing else.</summary>
internal static class StoreChecker
{
    /// <summary>Everything in a file that does not fit; empty when all does.</summary>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(string path, ClientLog log)
    {
        // What was acknowledged before the file is read must be in it; what comes later need not.
        var acknowledged = log.Acknowledgements.ToArray();
        var problems = new List<string>();
        await using var store = await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = path, ReadOnly = true });
        Compare(await ReadAsync(store, problems), acknowledged, problems);
        return problems;
    }

    /// <summary>The places of a store of this process.</summary>
    public static async Task<Dictionary<string, StoredPlace>> ReadAsync(IEventStore store, List<string> problems)
    {
        var found = new Dictionary<string, StoredPlace>(StringComparer.Ordinal);
        await foreach (var stream in store.ListAsync("", CancellationToken.None))
        {
            var (place, chain) = (new StoredPlace(stream.Name), new ChainCheck(stream.Name));
            await foreach (var batch in store.ReadAsync(stream.Name, 0, CancellationToken.None))
            {
                place.Add(batch.Payload, problems);
                chain.Add(batch);
            }
            if (chain.Broken is { } broken)
                problems.Add($"{stream.Name}: {broken}.");
            place.End(stream.Version, problems);
            found.Add(stream.Name, place);
        }
        return found;
    }

    /// <summary>Each acknowledged command and input is in the store once, as it was sent, at the version that was acknowledged.</summary>
    public static void Compare(IReadOnlyDictionary<string, StoredPlace> found, IEnumerable<Acknowledgement> acknowledged, List<string> problems)
    {
        foreach (var told in acknowledged)
        {
            var place = found.GetValueOrDefault(told.Place);
            long at;
            if (told.Input is { } input)
            {
                if (place is null || !place.Inputs.TryGetValue((input.Device, input.Sequence), out var stored))
                {
                    problems.Add($"{told} was acknowledged and is not in the store.");
                    continue;
                }
                if (stored.Count != input.Count || stored.Direction != input.Direction)
                    problems.Add($"{told} was sent as {input.Direction} {input.Count} and is stored as {stored.Direction} {stored.Count}.");
                at = stored.Version;
            }
            else if (place is null || !place.Commands.TryGetValue(told.Key!, out at))
            {
                problems.Add($"{told} was acknowledged and is not in the store.");
                continue;
            }
            if (told.Version is { } version && version != at)
                problems.Add($"{told} was acknowledged at version {version} and is stored at {at}.");
        }
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
}
