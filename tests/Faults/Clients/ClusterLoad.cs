using System.Diagnostics;
using System.Globalization;
using Coordination.Faults.Checks;

namespace Coordination.Faults.Clients;

/// <summary>How the clients of a cluster work.</summary>
internal sealed record ClusterLoadOptions
{
    /// <summary>
    /// Longest pause of a client between an answer and its next request. In the short form, hosts that come back should not have to share
    /// two processors with clients that take all of them.
    /// </summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(FaultTable.IsLong ? 60 : 150);

    /// <summary>Part of the movements that are sent twice at the same time, or after the one that follows.</summary>
    public double Mischief { get; init; }

    /// <summary>How long a client waits for an answer before it asks another host.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    public int Seed { get; init; } = 1;
}

/// <summary>
/// Devices and offices at work on twenty places of a cluster: movements on ten of them, readings on five, corrections and changes of the
/// capacity by two offices each on five. Each client waits for its answer before it goes on, and asks any host.
/// </summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    private const int Moved = 10;
    private const int Read = 5;
    private const int Ruled = 5;
    private const int Capacity = 500;

    private readonly Caller caller;
    private readonly ClusterLoadOptions options;
    private readonly CancellationTokenSource giveUp = new(TimeSpan.FromHours(2));
    private readonly List<Func<Task>> clients = [];
    private readonly int[] inside = new int[Moved];
    private List<Task> work = [];
    private volatile bool stopping;

    public ClusterLoad(IReadOnlyList<Uri> hosts, string name, ClusterLoadOptions? options = null)
    {
        this.options = options ?? new();
        caller = new Caller(hosts, Log, this.options.Patience, giveUp.Token);
        Places = [.. Enumerable.Range(0, Moved + Read + Ruled).Select(i => string.Create(CultureInfo.InvariantCulture, $"parking-lots/{name}-{i:D2}"))];
        for (var i = 0; i < Moved; i++)
            clients.Add(new Mover(this, i).MoveAsync);
        for (var i = Moved; i < Moved + Read; i++)
            clients.Add(new Camera(this, Places[i], i).ReadAsync);
        for (var i = Moved + Read; i < Places.Length; i++)
        {
            clients.Add(new Office(this, Places[i], 0, i).RuleAsync);
            clients.Add(new Office(this, Places[i], 1, i + 100).RuleAsync);
        }
    }

    public string[] Places { get; }

    public ClientLog Log { get; } = new();

    /// <summary>What was moved in less what was moved out, by place.</summary>
    public IEnumerable<(string Place, int Inside)> Inside => inside.Select((count, i) => (Places[i], count));

    public async Task CreatePlacesAsync()
    {
        foreach (var place in Places)
            await caller.CreateAsync(place, new { name = place, capacity = Capacity, initialOccupied = 0 }, $"create-{place}");
    }

    /// <summary>Begins, or goes on after <see cref="FinishAsync"/>.</summary>
    public void Start()
    {
        stopping = false;
        work = [.. clients.Select((client, i) => Task.Run(() => LoopAsync(client, new Random(options.Seed + i))))];
    }

    /// <summary>Asks for nothing more, and completes when every request has its answer.</summary>
    /// <exception cref="InvalidOperationException">A client got an answer that no client should get.</exception>
    public async Task FinishAsync()
    {
        stopping = true;
        await Task.WhenAll(work);
    }

    /// <summary>Waits until every place has acknowledged something that was asked for from now on, and returns when the last did.</summary>
    /// <returns>Stopwatch ticks.</returns>
    public async Task<long> ServedAgainAsync(TimeSpan patience)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            await ThrowIfFailedAsync();
            var served = Log.Acknowledgements.Where(told => told.Invoked > since).GroupBy(told => told.Place).ToDictionary(place => place.Key, place => place.Min(told => told.Completed));
            if (served.Count == Places.Length)
                return served.Values.Max();
            if (Stopwatch.GetElapsedTime(since) > patience)
                throw new TimeoutException($"After {patience.TotalSeconds:F0} s not served: {string.Join(", ", Places.Where(place => !served.ContainsKey(place)))}");
            await Task.Delay(50);
        }
    }

    /// <summary>Throws if a client has given up, so that a test does not go on without load.</summary>
    public async Task ThrowIfFailedAsync()
    {
        foreach (var failed in work.Where(client => client.IsFaulted))
            await failed;
    }

    public async ValueTask DisposeAsync()
    {
        stopping = true;
        await giveUp.CancelAsync();
        await Task.WhenAll(work).ContinueWith(_ => { }, TaskScheduler.Default);
        caller.Dispose();
        giveUp.Dispose();
    }

    private async Task LoopAsync(Func<Task> client, Random random)
    {
        while (!stopping)
        {
            await client();
            await Task.Delay(options.Pause * random.NextDouble(), giveUp.Token);
        }
    }

    private sealed class Mover(ClusterLoad load, int number)
    {
        private readonly Random random = new(load.options.Seed + 1000 + number);
        private long sequence;

        public async Task MoveAsync()
        {
            if (random.NextDouble() >= load.options.Mischief)
                await SendAsync(Next());
            else if (random.Next(2) == 0)
            {
                var twice = Next();
                await Task.WhenAll(SendAsync(twice), SendAsync(twice));
                await SendAsync(twice);
            }
            else
            {
                // Only in: what leaves must not come before those who came in.
                var (first, second) = (Next(onlyIn: true), Next(onlyIn: true));
                await SendAsync(second);
                await SendAsync(first);
            }
        }

        private SentInput Next(bool onlyIn = false)
        {
            // Only as many leave as came in before: the count never meets zero.
            ref var own = ref load.inside[number];
            var leaves = !onlyIn && own > 0 && random.Next(2) == 0;
            var count = leaves ? random.Next(1, own + 1) : random.Next(1, 4);
            own += leaves ? -count : count;
            return new SentInput(load.Places[number], "gate", ++sequence, leaves ? "out" : "in", count);
        }

        private Task SendAsync(SentInput input) => load.caller.InputAsync(input);
    }

    private sealed class Camera(ClusterLoad load, string place, int seed)
    {
        private readonly Random random = new(load.options.Seed + 2000 + seed);
        private long sequence;

        public Task ReadAsync() => load.caller.InputAsync(new SentInput(place, "camera", ++sequence, null, random.Next(0, 600)));
    }

    /// <summary>Two of them rule the same place: one with odd figures and one with even ones, so that every command changes something.</summary>
    private sealed class Office(ClusterLoad load, string place, int odd, int seed)
    {
        private readonly Random random = new(load.options.Seed + 3000 + seed);
        private int number;

        public Task RuleAsync()
        {
            var figure = random.Next(0, 300) * 2 + odd;
            var key = string.Create(CultureInfo.InvariantCulture, $"{place}-{odd}-{++number}");
            return number % 2 == 0
                ? load.caller.CommandAsync(place, HttpMethod.Post, "corrections", new { occupied = figure, by = "duty officer", reason = $"round {number}" }, key)
                : load.caller.CommandAsync(place, HttpMethod.Post, "capacity-changes", new { capacity = figure }, key);
        }
    }
}
