using System.Globalization;

namespace Coordination.Simulation.Kernel;

/// <summary>
/// Time, chance and order of one simulation. Everything runs on one thread; after each step the seed decides what runs next: a task
/// of some lane, or the next thing that time brings.
/// </summary>
internal sealed class World(int seed, Action<string>? trace)
{
    /// <summary>How long a task that could run may wait while time goes on. Longer is what a paused host is for.</summary>
    private static readonly TimeSpan MostDelay = TimeSpan.FromMilliseconds(20);

    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> timers = new();
    private readonly List<Lane> ready = [];
    private long order;
    private (Fault Fault, string Detail)? failure;

    public int Seed { get; } = seed;

    public Random Chance { get; } = new(seed);

    /// <summary>Time since the start; never goes backwards.</summary>
    public TimeSpan Now { get; private set; }

    public int Steps { get; private set; }

    /// <summary>A number that two runs share only when they did the same.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    public bool IsTracing => trace is not null;

    public bool Happens(double probability) => Chance.NextDouble() < probability;

    public TimeSpan Between(double fromMilliseconds, double toMilliseconds) =>
        TimeSpan.FromMilliseconds(fromMilliseconds + (Chance.NextDouble() * (toMilliseconds - fromMilliseconds)));

    public T Pick<T>(IReadOnlyList<T> items) => items[Chance.Next(items.Count)];

    public void Trace(string line) => trace?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{Steps,5} {Now.TotalSeconds,9:F4} {line}"));

    /// <summary>Does something later; outside of any lane, so it may only complete or post.</summary>
    public void After(TimeSpan delay, Action work) => timers.Enqueue(work, (Now + delay, order++));

    /// <summary>Has something run in a lane later.</summary>
    public void After(TimeSpan delay, Lane lane, Func<Task> work) => After(delay, () => lane.Post(work));

    /// <summary>Completes later.</summary>
    public Task Delay(TimeSpan delay)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(delay, done.SetResult);
        return done.Task;
    }

    /// <summary>One step: the seed picks.</summary>
    /// <exception cref="FaultFoundException">Something is wrong.</exception>
    public void Step()
    {
        Steps++;
        Now += TimeSpan.FromTicks(Chance.Next(1000)); // Nothing takes no time.
        var runnable = Runnable();
        var timeMayPass = timers.TryPeek(out _, out var next) && (runnable == 0 || next.At - Now < MostDelay);
        var choice = Chance.Next(runnable + (timeMayPass ? 1 : 0));
        Mix(choice);
        if (choice < runnable)
            ready[choice].RunOne();
        else if (timers.TryDequeue(out var due, out var at))
        {
            Now = at.At > Now ? at.At : Now;
            due();
        }
        else
            Fail(Fault.NoEnd, "Nothing is left to run.");
        Mix(Now.Ticks);
        ThrowIfFailed();
    }

    /// <summary>Notes a fault; the first one ends the run after this step.</summary>
    public void Fail(Fault fault, string detail) => failure ??= (fault, detail);

    public void ThrowIfFailed()
    {
        if (failure is { } found)
            throw new FaultFoundException(Seed, found.Fault, found.Detail);
    }

    public void Ready(Lane lane) => ready.Add(lane);

    public void NotReady(Lane lane) => ready.Remove(lane);

    public void AssertInside(string lane)
    {
        if (Environment.CurrentManagedThreadId != thread)
            Fail(Fault.Escaped, $"{lane} was called from another thread.");
    }

    /// <summary>Moves those that may run now to the front and counts them.</summary>
    private int Runnable()
    {
        var count = 0;
        for (var i = 0; i < ready.Count; i++)
        {
            if (ready[i].PausedUntil > Now)
                continue;
            (ready[count], ready[i]) = (ready[i], ready[count]);
            count++;
        }
        // When all are paused and nothing else comes, time goes on to the first that wakes.
        if (count == 0 && timers.Count == 0 && ready.Count > 0)
        {
            Now = ready.Min(lane => lane.PausedUntil);
            return Runnable();
        }
        return count;
    }

    private void Mix(long value) => Fingerprint = (Fingerprint ^ (ulong)value) * 1099511628211;
}
