using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Faults.Checks;
using Coordination.Faults.Clients;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Testing;
using StackExchange.Redis;
using Place = Coordination.Ledger.LedgerStream<
    Coordination.Domain.Occupancy.OccupancyState, Coordination.Domain.Occupancy.OccupancyCommand, Coordination.Domain.Occupancy.OccupancyEvent, Coordination.Domain.Rejection>;

namespace Coordination.Faults;

/// <summary>
/// The same checkers against the real engine on a real Redis with one guard switched off: they must find it, or the green tests beside this
/// one are worth nothing. Each twin also runs with the guard on, where they find nothing.
/// </summary>
public sealed class CheckerTwinTests
{
    private const string Name = "parking-lots/twin";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_fence_a_second_activation_is_found_out(bool fenced)
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        await using var store = await OpenAsync(redis);
        var problems = await OneAtATimeAsync(async () =>
        {
            var log = new ClientLog();
            var seen = fenced ? store : new UnfencedStore(store) as IEventStore;
            await using var commits = new GroupCommit(seen);
            var first = await ActivateAsync(seen, commits);
            Assert.Equal(CommitOutcome.Committed, await first.Submit(new DefinePlace(new ParkingLotProfile { Name = Name, Capacity = 100, InitialOccupied = 0 })).Commit);
            for (var sequence = 1; sequence <= 3; sequence++)
                await MoveAsync(first, log, "gate-1", sequence);
            // As after a partition: the place was made again elsewhere, and the first activation has not heard of it.
            var second = await ActivateAsync(seen, commits);
            await MoveAsync(second, log, "gate-2", 1);
            for (var sequence = 4; sequence <= 6; sequence++)
            {
                // Who gets no answer from the one asks the other.
                if (!await MoveAsync(first, log, "gate-1", sequence))
                    await MoveAsync(second, log, "gate-1", sequence);
            }
            await MoveAsync(second, log, "gate-1", 6); // A retry after a lost answer.
            return await FindProblemsAsync(redis, log);
        });
        if (fenced)
            Assert.Empty(problems);
        else
        {
            Assert.Contains(problems, problem => problem.Contains(" follows ", StringComparison.Ordinal));
            Assert.Contains(problems, problem => problem.EndsWith("is stored twice.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Acknowledging_before_the_commit_is_found_out(bool early)
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        await using var redis = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        await using var store = await OpenAsync(redis);
        var problems = await OneAtATimeAsync(async () =>
        {
            var log = new ClientLog();
            await using var commits = new GroupCommit(store);
            var place = await ActivateAsync(store, commits, new LedgerStreamOptions { AcknowledgeBeforeCommit = early });
            await place.Submit(new DefinePlace(new ParkingLotProfile { Name = Name, Capacity = 100, InitialOccupied = 0 })).Commit;
            await MoveAsync(place, log, "gate", 1);
            // Told early or not, both are to be written: a commit that fails meanwhile would have the place decide nothing more.
            while (place.CommittedVersion < 2)
                await Task.Delay(5);
            // Redis takes nothing any more, and dies with what it was sent.
            await redis.PauseAsync();
            await redis.KillAsync();
            for (var sequence = 2; sequence <= 6; sequence++)
                await MoveAsync(place, log, "gate", sequence);
            // Nothing may still be on its way when Redis is back, or it would be written after all.
            await commits.DisposeAsync();
            await redis.StartAgainAsync();
            return await FindProblemsAsync(redis, log);
        });
        if (early)
            Assert.Contains(problems, problem => problem.EndsWith("was acknowledged and is not in the store.", StringComparison.Ordinal));
        else
            Assert.Empty(problems);
    }

    [Fact]
    public void An_order_that_real_time_forbids_is_found_out()
    {
        var found = Stored(Event(1, "\"placeDefined\",\"profile\":{\"capacity\":10,\"initialOccupied\":0}"), Correction(2, "b", 5), Correction(3, "a", 6));
        Acknowledgement first = new(Name, "a", null, 3, 100, 200), second = new(Name, "b", null, 2, 300, 400), together = new(Name, "b", null, 2, 150, 400);
        var problems = new List<string>();
        OrderChecker.Compare(found, [first, together], problems);
        Assert.Empty(problems);
        OrderChecker.Compare(found, [first, second], problems);
        Assert.Single(problems);
    }

    [Fact]
    public void A_screen_that_shows_what_never_was_or_goes_back_is_found_out()
    {
        var found = Stored(Event(1, "\"placeDefined\",\"profile\":{\"capacity\":10,\"initialOccupied\":0}"), Correction(2, "a", 4), Correction(3, "b", 12));
        Assert.Empty(Find(Seen(1, 0, 10), Seen(2, 4, 6), Seen(3, 12, 0)));
        Assert.Contains(Find(Seen(2, 5, 5)), problem => problem.EndsWith("is 4 of 10 in the store.", StringComparison.Ordinal));
        Assert.Contains(Find(Seen(4, 4, 6)), problem => problem.EndsWith("is not in the store.", StringComparison.Ordinal));
        Assert.Contains(Find(Seen(3, 12, -2)), problem => problem.EndsWith("with -2 free.", StringComparison.Ordinal));
        Assert.Contains(Find(Seen(3, 12, 0), Seen(2, 4, 6)), problem => problem.EndsWith("on one connection.", StringComparison.Ordinal));
        var last = new List<string>();
        ViewChecker.CompareLast(found, "screen", _ => Seen(2, 4, 6), last);
        Assert.Single(last);

        List<string> Find(params SeenView[] views)
        {
            var problems = new List<string>();
            ViewChecker.Compare(found, views, problems);
            return problems;
        }

        static SeenView Seen(long version, int occupied, int free) => new("screen", 1, true, Name, 1, version, new(occupied, 10), free, 0);
    }

    private static Task<RedisEventStore> OpenAsync(RedisProcess redis) =>
        RedisEventStore.OpenAsync(new RedisEventStoreOptions { Connection = RedisUrl.Parse(redis.Url) });

    private static async Task<Place> ActivateAsync(IEventStore store, GroupCommit commits, LedgerStreamOptions? options = null)
    {
        var place = new Place(Name, OccupancyModel.Instance, store, commits, TimeProvider.System, options);
        await place.OpenAsync();
        return place;
    }

    /// <summary>One car comes in; noted when that is acknowledged. False when it is not known.</summary>
    private static async Task<bool> MoveAsync(Place place, ClientLog log, string device, int sequence)
    {
        var invoked = Stopwatch.GetTimestamp();
        var submission = place.Submit(new RecordInput(new OccupancyInput
        {
            DeviceId = device,
            Sequence = sequence,
            At = TimeProvider.System.GetUtcNow(),
            Direction = Direction.In,
            Count = 1,
        }));
        if (await submission.Commit != CommitOutcome.Committed)
            return false;
        log.Acknowledged(new SentInput(Name, device, sequence, "in", 1), submission.Events.Count > 0 ? submission.Version : null, invoked);
        return true;
    }

    private static async Task<List<string>> FindProblemsAsync(RedisProcess redis, ClientLog log)
    {
        var problems = new List<string>();
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}");
        var found = await RedisReader.ReadAsync(connection, Name, problems);
        StoreChecker.Compare(found, log.Acknowledgements, problems);
        OrderChecker.Compare(found, log.Acknowledgements, problems);
        return problems;
    }

    /// <summary>As a grain would run it.</summary>
    private static Task<T> OneAtATimeAsync<T>(Func<Task<T>> test) =>
        Task.Factory.StartNew(test, CancellationToken.None, TaskCreationOptions.DenyChildAttach, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();

    private static Dictionary<string, StoredPlace> Stored(params string[] events)
    {
        var (place, problems) = (new StoredPlace(Name), new List<string>());
        place.Add(Encoding.UTF8.GetBytes($"[{string.Join(',', events)}]"), problems);
        Assert.Empty(problems);
        return new(StringComparer.Ordinal) { [Name] = place };
    }

    private static string Event(long version, string happened, string? command = null) =>
        $"{{\"version\":{version},{(command is null ? "" : $"\"commandId\":{JsonSerializer.Serialize(command)},")}\"event\":{{\"type\":{happened}}}}}";

    private static string Correction(long version, string command, int occupied) => Event(version, $"\"countCorrected\",\"occupied\":{occupied}", command);
}
