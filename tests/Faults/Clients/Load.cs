namespace Coordination.Faults.Clients;

/// <summary>
/// Devices, gates and offices at work at the same time, with the figures that must come out of it in the end: movements of many
/// devices on one place, readings of one device on another, commands on a third.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    public const string Moved = "parking-lots/moved";
    public const string Read = "parking-lots/read";
    public const string Ruled = "parking-lots/ruled";

    private const int Gates = 4;
    private const int LinesAtOnce = 40;

    private readonly Caller caller;
    private readonly CancellationTokenSource giveUp = new(TimeSpan.FromMinutes(10));
    private readonly int seed;
    private readonly List<Task> work = [];
    private int inside;
    private volatile bool stopping;

    public Load(Uri address, int seed)
    {
        this.seed = seed;
        caller = new Caller(address, Log, giveUp.Token);
    }

    public ClientLog Log { get; } = new();

    /// <summary>What was moved in, less what was moved out.</summary>
    public int Inside => Volatile.Read(ref inside);

    /// <summary>The last reading.</summary>
    public int LastReading { get; private set; }

    /// <summary>The last count that was set by hand.</summary>
    public int LastCorrection { get; private set; }

    /// <summary>The last capacity that was set.</summary>
    public int LastCapacity { get; private set; } = 500;

    /// <summary>Creates the places and begins.</summary>
    public async Task StartAsync()
    {
        foreach (var place in (string[])[Moved, Read, Ruled])
            await caller.CreateAsync(place, new { name = place, capacity = 500, initialOccupied = 0 }, $"create-{place}");
        for (var gate = 1; gate <= Gates; gate++)
        {
            var (device, random) = ($"gate-{gate}", new Random(seed + gate));
            work.Add(Task.Run(() => MoveAsync(device, random, inputs => caller.InputAsync(inputs[0]), 1)));
        }
        work.Add(Task.Run(() => MoveAsync("collector", new Random(seed), caller.IngestAsync, LinesAtOnce)));
        work.Add(Task.Run(ReadAsync));
        work.Add(Task.Run(RuleAsync));
    }

    /// <summary>Asks for nothing more, and completes when every request has its answer.</summary>
    /// <exception cref="InvalidOperationException">A client got an answer that no client should get.</exception>
    public async Task FinishAsync()
    {
        stopping = true;
        await Task.WhenAll(work);
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

    private async Task MoveAsync(string device, Random random, Func<IReadOnlyList<SentInput>, Task> send, int atOnce)
    {
        var (sequence, own) = (0L, 0);
        while (!stopping)
        {
            var inputs = new List<SentInput>();
            for (var i = 0; i < atOnce; i++)
            {
                // Only as many leave as this device let in before: the count never meets zero, so the order does not matter.
                var leaves = own > 0 && random.Next(3) == 0;
                var count = leaves ? random.Next(1, own + 1) : random.Next(1, 4);
                own += leaves ? -count : count;
                inputs.Add(new SentInput(Moved, device, ++sequence, leaves ? "out" : "in", count));
            }
            await send(inputs);
            Interlocked.Add(ref inside, inputs.Sum(input => input.Direction == "in" ? input.Count : -input.Count));
        }
    }

    private async Task ReadAsync()
    {
        var random = new Random(seed + 100);
        for (var sequence = 1L; !stopping; sequence++)
        {
            var count = random.Next(0, 600);
            await caller.InputAsync(new SentInput(Read, "camera", sequence, null, count));
            LastReading = count;
        }
    }

    private async Task RuleAsync()
    {
        var random = new Random(seed + 200);
        for (var number = 1; !stopping; number++)
        {
            var value = random.Next(0, 600);
            switch (number % 3)
            {
                case 0:
                    await caller.CommandAsync(Ruled, HttpMethod.Post, "corrections", new { occupied = value, by = "duty officer", reason = $"round {number}" }, $"rule-{number}");
                    LastCorrection = value;
                    break;
                case 1:
                    await caller.CommandAsync(Ruled, HttpMethod.Post, "capacity-changes", new { capacity = value }, $"rule-{number}");
                    LastCapacity = value;
                    break;
                default:
                    await caller.CommandAsync(Ruled, HttpMethod.Put, "operation", new { operation = "open", by = "duty officer", reason = $"round {number}" }, $"rule-{number}");
                    break;
            }
        }
    }
}
