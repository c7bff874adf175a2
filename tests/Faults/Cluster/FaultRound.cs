using System.Diagnostics;
using System.Globalization;
using Coordination.Faults.Checks;
using Coordination.Faults.Clients;

namespace Coordination.Faults.Cluster;

/// <summary>
/// One round of a fault: a healthy cluster, clients at work on places of their own, screens and readers at every host; then the fault; then
/// calm, and the comparison of everything anybody was told with the store.
/// </summary>
internal sealed class FaultRound : IAsyncDisposable
{
    /// <summary>Long enough for a noisy machine; what is measured goes to the table.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static int places;

    private readonly List<IAsyncDisposable> watchers = [];
    private readonly List<string> screens = [];
    private readonly List<string> problems = [];

    private FaultRound(ClusterProcesses cluster, int number, ClusterLoadOptions? options)
    {
        (Cluster, Number) = (cluster, number);
        Load = new ClusterLoad(cluster.Addresses, string.Create(CultureInfo.InvariantCulture, $"f{Interlocked.Increment(ref places):D4}"), options);
    }

    public ClusterProcesses Cluster { get; }

    /// <summary>From 0.</summary>
    public int Number { get; }

    public ClusterLoad Load { get; }

    public ViewLog Views { get; } = new();

    /// <summary>Who reads at each host, in the order of the hosts.</summary>
    public List<Reader> Readers { get; } = [];

    /// <summary>When the fault began; set by <see cref="Begin"/>.</summary>
    public long Began { get; private set; }

    /// <summary>When the cause was taken away; set by <see cref="Healed"/>.</summary>
    public long HealedAt { get; private set; }

    /// <summary>Further figures for the table.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The host that has most of the places of this round; without any, a fault of it would show nothing.</summary>
    public Host Victim { get; private set; } = null!;

    /// <summary>Runs all rounds of a fault, prints its line of the table, and fails if anything did not fit.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="fault">Name of the fault in the table.</param>
    /// <param name="body">Makes the fault and takes it away again; calls <see cref="Begin"/> and <see cref="Healed"/>.</param>
    /// <param name="options">How the clients work.</param>
    public static async Task RunAsync(ClusterProcesses cluster, string fault, Func<FaultRound, Task> body, ClusterLoadOptions? options = null)
    {
        var row = new FaultRow(fault);
        var failures = new List<string>();
        for (var number = 0; number < FaultTable.Rounds; number++)
        {
            await cluster.RepairAsync();
            await using var round = new FaultRound(cluster, number, options);
            try
            {
                await round.StartAsync();
                await body(round);
                await round.EndAsync(row);
                failures.AddRange(round.problems);
            }
            catch (Exception failure) when (number + 1 < FaultTable.Rounds || failures.Count > 0)
            {
                row.Wrong++;
                failures.Add(failure.ToString());
            }
            row.Rounds++;
        }
        FaultTable.Add(row);
        Assert.True(failures.Count == 0, $"{fault}: {failures.Count} problems:{Environment.NewLine}{string.Join(Environment.NewLine, failures.Take(12))}");
    }

    /// <summary>The fault begins now.</summary>
    public void Begin() => Began = Stopwatch.GetTimestamp();

    /// <summary>The cause is gone now.</summary>
    public void Healed() => HealedAt = Stopwatch.GetTimestamp();

    /// <summary>Waits until every place has acknowledged something that was asked for after this call.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> ServedAgainAsync()
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            return Stopwatch.GetElapsedTime(since, await Load.ServedAgainAsync(Patience));
        }
        catch (TimeoutException failure)
        {
            throw new TimeoutException($"{failure.Message}{Environment.NewLine}{string.Join(Environment.NewLine, Cluster.Hosts.Select(host => $"== {host}{Environment.NewLine}{host.Process.Log}"))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watcher in watchers)
            await watcher.DisposeAsync();
        await Load.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var before = await Task.WhenAll(Cluster.Hosts.Select(PlacesOfAsync));
        await Load.CreatePlacesAsync();
        foreach (var host in Cluster.Hosts)
        {
            Add($"raw screen at {host}", new RawScreen($"raw screen at {host}", host.Address, Load.Places, Views));
            var reader = new Reader($"reader at {host}", host.Address, Load.Places, Views);
            Readers.Add(reader);
            watchers.Add(reader);
        }
        for (var i = 1; i <= 2; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{Screen.Prefix}{i} behind the load balancer");
            Add(name, await Screen.StartAsync(name, Cluster.Balancer.Address, Load.Places, Views));
        }
        Load.Start();
        await ServedAgainAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        var after = await Task.WhenAll(Cluster.Hosts.Select(PlacesOfAsync));
        Victim = Cluster.Hosts.Zip(after.Zip(before, (now, then) => now - then)).MaxBy(host => host.Second).First;

        static async Task<double> PlacesOfAsync(Host host) => await ClusterProcesses.MetricAsync(host, "coordination_places") ?? 0;

        void Add(string name, IAsyncDisposable screen)
        {
            screens.Add(name);
            watchers.Add(screen);
        }
    }

    private async Task EndAsync(FaultRow row)
    {
        if (HealedAt == 0)
            Healed();
        await ServedAgainAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        var calm = Stopwatch.GetTimestamp();
        await Load.FinishAsync();
        await CompareAsync();

        var acknowledged = Load.Log.Acknowledgements.ToArray();
        row.Acknowledged += acknowledged.Length;
        row.Lost += problems.Count(problem => problem.Contains("acknowledged and is not in the store", StringComparison.Ordinal));
        row.Doubled += problems.Count(problem => problem.EndsWith("stored twice.", StringComparison.Ordinal));
        row.Wrong += problems.Count(problem => !problem.Contains("acknowledged and is not", StringComparison.Ordinal) && !problem.EndsWith("stored twice.", StringComparison.Ordinal));
        row.Gaps.AddRange(Measures.LongestGaps(Load.Places, acknowledged, Began, calm));
        row.Served.AddRange(Measures.ServedAfter(Load.Places, acknowledged, Began));
        row.Screens.Add(Measures.ScreensRightAfter(acknowledged, Views.Views, HealedAt, calm));
        row.Notes.AddRange(Notes);
    }

    /// <summary>Compares everything that was told and shown with the store, once every screen has had its time to be right.</summary>
    private async Task CompareAsync()
    {
        var waiting = Stopwatch.StartNew();
        await using var redis = await Cluster.Redis.ConnectAsync();
        Dictionary<string, StoredPlace> found;
        List<string> last;
        do
        {
            await Task.Delay(200);
            last = [];
            found = await RedisReader.ReadAsync(redis, Load.Places[0][..^2], last);
            foreach (var screen in screens)
                ViewChecker.CompareLast(found, screen, place => Views.Latest(screen, place), last);
        }
        while (last.Count > 0 && waiting.Elapsed < TimeSpan.FromSeconds(20));
        problems.AddRange(last);

        var views = Views.Views;
        // A place may have written something of its own meanwhile, such as that its figure is old now.
        found = await RedisReader.ReadAsync(redis, Load.Places[0][..^2], []);
        StoreChecker.Compare(found, Load.Log.Acknowledgements, problems);
        OrderChecker.Compare(found, Load.Log.Acknowledgements, problems);
        ViewChecker.Compare(found, views, problems);
        foreach (var (place, inside) in Load.Inside)
        {
            if (found.GetValueOrDefault(place) is not { } stored)
                continue;
            if (stored.Moved != inside || stored.At(stored.Version)?.Occupied != inside)
                problems.Add($"{place}: {inside} were let in, {stored.Moved} are stored as moved, and {stored.At(stored.Version)?.Occupied} are inside.");
        }
    }
}
