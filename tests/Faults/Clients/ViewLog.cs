using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Coordination.Faults.Checks;

namespace Coordination.Faults.Clients;

/// <summary>A view as somebody saw it.</summary>
/// <param name="Screen">Who saw it.</param>
/// <param name="Connection">On which connection; each has a number of its own.</param>
/// <param name="Pushed">Whether it came by itself, and not as the answer to a question.</param>
/// <param name="Place">Path of the place.</param>
/// <param name="Epoch">With the version orders views.</param>
/// <param name="Version">Events in it.</param>
/// <param name="Figures">What it said.</param>
/// <param name="Free">Free places it said.</param>
/// <param name="At">When, <see cref="Stopwatch"/> ticks.</param>
internal sealed record SeenView(string Screen, int Connection, bool Pushed, string Place, long Epoch, long Version, Figures Figures, int? Free, long At)
{
    /// <summary>Whether the screen may go to any host.</summary>
    public bool IsFree => Screen.StartsWith(Clients.Screen.Prefix, StringComparison.Ordinal);

    public bool IsAfter(SeenView other) => Epoch > other.Epoch || (Epoch == other.Epoch && Version > other.Version);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Place} at ({Epoch}, {Version}) with {ViewChecker.Text(Figures)} on {Screen}");
}

/// <summary>Every view that anybody saw, in the order in which each saw them. Safe to use from many threads.</summary>
internal sealed class ViewLog
{
    private readonly Lock gate = new();
    private readonly List<SeenView> views = [];
    private readonly Dictionary<(string Screen, string Place), SeenView> latest = [];

    public IReadOnlyList<SeenView> Views
    {
        get
        {
            lock (gate)
                return [.. views];
        }
    }

    /// <summary>The newest view a screen has of a place.</summary>
    public SeenView? Latest(string screen, string place)
    {
        lock (gate)
            return latest.GetValueOrDefault((screen, place));
    }

    public void Add(string screen, int connection, bool pushed, string place, long epoch, long version, JsonElement view)
    {
        var seen = new SeenView(
            screen, connection, pushed, place, epoch, version, new(Number(view, "occupied"), Number(view, "capacity")), Number(view, "free"), Stopwatch.GetTimestamp());
        lock (gate)
        {
            views.Add(seen);
            if (!latest.TryGetValue((screen, place), out var before) || seen.IsAfter(before))
                latest[(screen, place)] = seen;
        }
    }

    private static int? Number(JsonElement view, string name) =>
        view.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
