using Coordination.Ledger;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Disk;

/// <summary>
/// The store that all hosts share. An operation takes effect at one moment, between its call and its answer; it may fail before or
/// after that moment or take effect when nobody waits for it any more, and one that is on its way when its host dies may still take
/// effect. One that is on its way when the store goes away does not.
/// </summary>
/// <param name="cluster">Whose store it is.</param>
/// <param name="isFenced">False for a twin: appends are taken whatever their epoch and version say.</param>
internal sealed class SimulatedDisk(SimulatedCluster cluster, bool isFenced)
{
    public const int FirstIdentity = 1;

    private const int MostBackups = 8;

    /// <summary>How long a host waits for the store.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly World world = cluster.World;
    private readonly Weather weather = cluster.Weather;
    private readonly Links links = cluster.Links;
    private readonly List<Volume> backups = [];
    private Volume? wrong;
    private bool isDown;
    private bool hangs;
    private int run;
    private int identities = FirstIdentity;

    /// <summary>Told of each batch at the moment it is durable.</summary>
    public required Action<string, EventBatch> Appended { get; init; }

    /// <summary>Told of each snapshot that is to be written.</summary>
    public required Action<string, StreamSnapshot> SnapshotWritten { get; init; }

    /// <summary>The store as it ought to be, with everything that became durable.</summary>
    public Volume Right { get; } = new(FirstIdentity);

    private Volume Served => wrong ?? Right;

    /// <summary>Whether a host reaches the store, and it is the right one.</summary>
    public bool Serves(Host host) => !isDown && wrong is null && links.CarriesBothWays(host.Name, Links.Store);

    public void Backup()
    {
        if (wrong is not null)
            return;
        if (backups.Count == MostBackups)
            backups.RemoveAt(world.Chance.Next(MostBackups));
        backups.Add(Right.Copy());
    }

    /// <summary>The store goes away for a while, and comes back as it was, or empty, or as it was before; in the end it is the right one.</summary>
    /// <param name="olderThan">What it comes back as has fewer commits than this.</param>
    public void Restart(Func<long> olderThan)
    {
        Backup(); // For one that is hardly older.
        world.After(world.Between(0, 1_000), () => GoAway(olderThan()));
    }

    private void GoAway(long olderThan)
    {
        if (isDown || wrong is not null || weather.IsCalm)
            return;
        Volume? next = world.Chance.Next(4) switch
        {
            0 => new Volume(++identities),
            1 when backups.FindAll(backup => backup.Mark < olderThan) is { Count: > 0 } older => (world.Happens(0.5) ? older[^1] : world.Pick(older)).Copy(),
            _ => null,
        };
        GoAway(next, () => world.After(world.Between(1_000, 40_000), () =>
        {
            if (next is not null && wrong == next && !isDown)
                GoAway(null, () => { });
        }));
    }

    /// <summary>It is there, and the right one, from now on.</summary>
    public void Mend()
    {
        if (isDown || wrong is not null)
            run++;
        isDown = false;
        wrong = null;
    }

    private void GoAway(Volume? next, Action back)
    {
        isDown = true;
        hangs = world.Happens(0.5);
        var away = ++run;
        world.Trace("the store goes away");
        world.After(world.Between(50, 15_000), () =>
        {
            if (run != away || !isDown)
                return;
            isDown = false;
            wrong = next;
            world.Trace($"the store comes back{(next is null ? "" : $" as {next.Identity} with {next.Mark} commits, and not {Right.Identity} with {Right.Mark}")}");
            back();
        });
    }

    /// <summary>Does something for a host, at a moment and with an end that the seed chooses.</summary>
    public Task<T> RunAsync<T>(Host host, string what, bool writes, Func<Volume, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fails = world.Happens(weather.StoreFails);
        var failsAfter = fails && world.Happens(weather.StoreFailsAfter);
        var outlivesItsHost = world.Happens(0.5);
        var isLate = world.Happens(weather.StoreIsLate);
        var (sentTo, mark) = (run, host.Guard.Mark);
        if (isLate || (isDown && hangs) || !links.Carries(host.Name, Links.Store))
            Fail(Timeout, "in time");
        if (isDown && !hangs)
            Fail(world.Between(0.1, 5), "at all");
        if (isDown || !links.Carries(host.Name, Links.Store))
            return done.Task;

        world.After(isLate ? Timeout + world.Between(0, 15_000) : weather.StoreLatency(), () =>
        {
            if (host.IsDead && !outlivesItsHost)
                return;
            if (sentTo != run || (fails && !failsAfter) || (writes && world.Now < weather.OutageUntil) || !host.Guard.Accepts(Served, mark))
            {
                Fail(weather.StoreLatency(), sentTo != run ? "as the connection broke" : !host.Guard.Accepts(Served, mark) ? "as it is another" : "before");
                return;
            }
            var result = work(Served);
            var seen = Served.Mark;
            if (!links.Carries(Links.Store, host.Name))
                Fail(Timeout, "as no answer comes");
            else if (failsAfter)
                Fail(weather.StoreLatency(), "after");
            else
            {
                world.After(weather.StoreLatency(), () =>
                {
                    host.Guard.Saw(seen);
                    done.TrySetResult(result);
                });
            }
        });
        return done.Task;

        void Fail(TimeSpan after, string how)
        {
            world.Trace($"disk: {what} of {host.Name} fails {how}");
            world.After(after, () => done.TrySetException(new StoreUnavailableException("The simulated store failed.")));
        }
    }

    public OpenedStream Open(Volume volume, string name)
    {
        var opened = volume.Open(name);
        world.Trace($"disk: {name} opened as epoch {opened.Epoch} at version {opened.Version}");
        return opened;
    }

    public AppendOutcome[] Append(Volume volume, IReadOnlyList<Append> appends) => [.. appends.Select(append => Append(volume, append))];

    private AppendOutcome Append(Volume volume, Append append)
    {
        var stream = volume.Find(append.Stream);
        var outcome = stream is null || append.Epoch != stream.Epoch ? AppendOutcome.Fenced
            : append.ExpectedVersion != stream.Version ? AppendOutcome.VersionConflict
            : AppendOutcome.Committed;
        world.Trace($"disk: {append.Stream} append {append.ExpectedVersion}+{append.Count} by epoch {append.Epoch}: {outcome}");
        if (stream is null || (outcome != AppendOutcome.Committed && isFenced))
            return outcome;
        Appended(append.Stream, volume.Append(append));
        return AppendOutcome.Committed;
    }

    public void Write(Volume volume, string name, StreamSnapshot snapshot)
    {
        world.Trace($"disk: {name} snapshot of version {snapshot.Version}");
        SnapshotWritten(name, snapshot);
        volume.Write(name, snapshot);
    }
}
