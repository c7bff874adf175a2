using System.Collections.Immutable;
using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;

namespace Coordination.Grains.Occupancy;

/// <summary>
/// Gathers refused inputs by device and code and hands them to the ledger at most once a minute, so that a broken sensor leaves a
/// trace without filling the store. Bounded.
/// </summary>
internal sealed class RefusalNotes(Grain grain, TimeProvider time, Func<NoteRefusals, Task> record)
{
    private const int MaxPending = 1024;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string DeviceId, string Code), (int Count, DateTimeOffset LastAt)> pending = [];
    private IGrainTimer? timer;
    private bool waiting;

    public void Note(string? deviceId, string code)
    {
        if (deviceId is not { Length: > 0 and <= OccupancyInput.MaxDeviceIdLength })
            return;
        var key = (deviceId, code);
        if (!pending.TryGetValue(key, out var noted) && pending.Count >= MaxPending)
            return;
        pending[key] = (noted.Count + 1, time.GetUtcNow());
        if (waiting)
            return;
        waiting = true;
        timer ??= grain.RegisterGrainTimer(FlushAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        timer.Change(Every, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records what is gathered, now.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        waiting = false;
        var notes = pending.ToArray();
        pending.Clear();
        foreach (var ((deviceId, code), (count, lastAt)) in notes)
            await record(new NoteRefusals(deviceId, code, count, lastAt));
    }

    /// <summary>Devices of which there is nothing yet but what was refused.</summary>
    public IEnumerable<string> DeviceIds => pending.Keys.Select(note => note.DeviceId).Distinct(StringComparer.Ordinal);

    /// <summary>A device's health, with what is gathered but not yet recorded.</summary>
    public DeviceHealth HealthOf(string id, DeviceRecord device)
    {
        var refused = (device.Refused ?? ImmutableSortedDictionary<string, long>.Empty).ToImmutableDictionary();
        var lastRefused = device.LastRefusedAt;
        foreach (var ((deviceId, code), (count, lastAt)) in pending)
        {
            if (deviceId != id)
                continue;
            refused = refused.SetItem(code, refused.GetValueOrDefault(code) + count);
            lastRefused = lastRefused is { } before && before > lastAt ? before : lastAt;
        }
        return new DeviceHealth(
            id, device.LastSequence, device.LastSeenAt, device.LastReadingAt, device.Inputs, device.LateInputs, device.LastDrift,
            device.TotalDrift, device.TotalMoved, device.TotalMoved > 0 ? Math.Round(100.0 * device.TotalDrift / device.TotalMoved, 2) : null,
            refused, lastRefused);
    }
}
