using Coordination.Domain.Occupancy;

namespace Coordination.Domain.Tests.Occupancy;

/// <summary>
/// The rules once more, as simply as they can be said: mutable, slow, sets of everything seen. Shares no code with the domain but
/// its enumerations. Hours are 08:00 to 20:00 at +08:00, always.
/// </summary>
internal sealed class NaivePlace(int?[] capacities, bool hasHours)
{
    private static readonly decimal[] Shares = [0, 60, 80, 90, 100];

    private sealed class Part
    {
        public int? Capacity;
        public int? Occupied;
        public int? FreeOnly;
        public DateTimeOffset? CountedAt;
        public Level? Level;
    }

    private readonly List<Part> parts = [.. capacities.Select(capacity => new Part { Capacity = capacity })];
    private readonly HashSet<(string, long)> seen = [];
    private readonly Dictionary<string, DateTimeOffset> lastReading = [];
    private readonly List<(DateTimeOffset At, int Part, int? Capacity)> waiting = [];
    private Operation operation;
    private Level? level;

    public int Inputs => seen.Count;

    public int? Occupied => parts.Any(part => part.Occupied is null) ? null : parts.Sum(part => part.Occupied);

    public int? Capacity => parts.Any(part => part.Capacity is null) ? null : parts.Sum(part => part.Capacity);

    public Level? Level => level;

    public IEnumerable<(int?, int?, Level?)> Zones => parts.Select(part => (part.Occupied, part.FreeOnly, part.Level));

    public void PassTime(DateTimeOffset now)
    {
        foreach (var change in waiting.OrderBy(change => change.At).Where(change => change.At <= now).ToList())
        {
            waiting.Remove(change);
            parts[change.Part].Capacity = change.Capacity;
            Update();
        }
    }

    public string Input(string device, long sequence, DateTimeOffset at, int part, int? occupied, int? free, int? change, DateTimeOffset now)
    {
        PassTime(now);
        if (seen.Contains((device, sequence)))
            return "duplicate";
        if (at > now.AddMinutes(10) || part >= parts.Count || occupied < 0 || (free is { } f && parts[part].Capacity is { } c && f > c))
            return "refused";
        seen.Add((device, sequence));
        if (lastReading.TryGetValue(device, out var last) && at < last)
            return "late";
        var counted = parts[part];
        if (change is { } delta)
        {
            if (counted.CountedAt is not { } before)
                return "accepted";
            counted.CountedAt = at > before ? at : before;
            if (counted.Occupied is not null)
                counted.Occupied = Math.Max(0, counted.Occupied.Value + delta);
            if (counted.FreeOnly is not null)
                counted.FreeOnly = Math.Max(0, counted.FreeOnly.Value - delta);
        }
        else
        {
            lastReading[device] = at;
            counted.CountedAt = at;
            counted.Occupied = occupied ?? (counted.Capacity is { } known ? known - free : null);
            counted.FreeOnly = counted.Occupied is null ? Math.Max(0, free!.Value) : null;
        }
        Update();
        return "accepted";
    }

    public void Correct(int part, int occupied, DateTimeOffset now)
    {
        PassTime(now);
        if (part >= parts.Count || occupied < 0)
            return;
        (parts[part].Occupied, parts[part].FreeOnly, parts[part].CountedAt) = (occupied, null, now);
        Update();
    }

    public void ChangeCapacity(int part, int? capacity, DateTimeOffset at, DateTimeOffset now)
    {
        PassTime(now);
        if (part >= parts.Count || (at > now && waiting.Count >= 64))
            return;
        waiting.Add((at > now ? at : DateTimeOffset.MinValue, part, capacity));
        PassTime(now);
    }

    public void Operate(Operation wanted, DateTimeOffset now)
    {
        PassTime(now);
        operation = wanted;
    }

    public PlaceState StateAt(DateTimeOffset now)
    {
        bool Fresh(Part part) => part.CountedAt is { } at && now - at < TimeSpan.FromMinutes(30);
        var hour = now.ToOffset(TimeSpan.FromHours(8)).Hour;
        if (operation == Operation.Closed)
            return PlaceState.Closed;
        if (operation == Operation.Automatic && hasHours && hour is < 8 or >= 20 && !parts.Any(part => Fresh(part) && part.Occupied > 0))
            return PlaceState.Closed;
        if (parts.Any(part => part.CountedAt is null))
            return PlaceState.Unknown;
        return parts.Any(Fresh) ? PlaceState.Open : PlaceState.Stale;
    }

    private void Update()
    {
        foreach (var part in parts)
        {
            if (part.FreeOnly <= part.Capacity)
                (part.Occupied, part.FreeOnly) = (part.Capacity - part.FreeOnly, null);
            part.Level = LevelOf(part.Level, part.Occupied, part.Capacity);
        }
        level = LevelOf(level, Occupied, Capacity);
    }

    /// <summary>The highest level that is reached, or that is held and not yet two points undercut.</summary>
    public static Level? LevelOf(Level? previous, int? occupied, int? capacity)
    {
        if (occupied is null || capacity is null or 0)
            return null;
        var share = occupied.Value * 100m / capacity.Value;
        return Enum.GetValues<Level>().Where(candidate =>
            share >= Shares[(int)candidate] || (candidate <= previous && share >= Shares[(int)candidate] - 2)).Max();
    }
}
