using Coordination.Contracts.Places;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Ledger.Tests.Engine;

namespace Coordination.Grains.Tests;

/// <summary>The one path through real grains: confirmed is durable, once, and by the activation that owns the place.</summary>
public sealed class OnePathTests(PlaceCluster cluster) : IClassFixture<PlaceCluster>
{
    [Fact]
    public async Task No_reply_read_or_view_shows_what_is_not_committed()
    {
        var lot = await cluster.LotAsync("uncommitted");
        cluster.Store.Close();
        var entering = lot.Record([cluster.In(1)]);
        await cluster.Store.Arrived.Task;

        Assert.Equal(0, (await lot.GetView())!.Occupied);
        Assert.False(entering.IsCompleted);

        cluster.Store.Open();
        Assert.Equal(InputStatus.Accepted, Assert.Single((await entering).Outcomes).Status);
        Assert.Equal(1, (await lot.GetView())!.Occupied);
    }

    [Fact]
    public async Task Calls_interleave_at_the_commit_and_share_it()
    {
        var lot = await cluster.LotAsync("shared");
        cluster.Store.Close();
        var first = lot.Record([cluster.In(1)]);
        await cluster.Store.Arrived.Task;
        var before = cluster.Store.Commits.Count;
        var others = Enumerable.Range(2, 200).Select(sequence => lot.Record([cluster.In(sequence)])).ToList();
        await lot.GetView(); // Comes after them, so all of them are decided.
        cluster.Store.Open();
        await Task.WhenAll(others.Append(first));

        Assert.Equal(201, (await lot.GetView())!.Occupied);
        Assert.InRange(cluster.Store.Commits.Count - before, 1, 20);
    }

    [Fact]
    public async Task A_command_is_done_once_however_often_it_is_sent()
    {
        var lot = await cluster.LotAsync("once");
        var (command, key) = (new CorrectCount(null, 7, "王师傅", "数了一遍"), new CommandKey("k1", 1));
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => lot.Execute(command, key)));

        Assert.Single(all, result => result.Status == CommandStatus.Done);
        Assert.Equal(19, all.Count(result => result.Status == CommandStatus.Replayed));
        Assert.Single(all.Select(result => result.Version).Distinct());
        Assert.Equal(CommandStatus.KeyReused, (await lot.Execute(command, key with { Fingerprint = 2 })).Status);
    }

    [Fact]
    public async Task An_input_is_counted_once_however_often_it_is_sent()
    {
        var lot = await cluster.LotAsync("inputs");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => lot.Record([cluster.In(1), cluster.In(2)])));
        Assert.Equal(2, outcomes.SelectMany(receipt => receipt.Outcomes).Count(outcome => outcome.Status == InputStatus.Accepted));
        Assert.Equal(2, (await lot.GetView())!.Occupied);
    }

    [Fact]
    public async Task An_activation_that_lost_its_stream_writes_nothing_and_makes_way()
    {
        var lot = await cluster.LotAsync("fenced");
        await lot.Record([cluster.In(1)]);
        // Another activation opens the stream, as after a crash that was none.
        var taken = await cluster.Store.OpenAsync("parking-lots/fenced", CancellationToken.None);

        Assert.True((await lot.Record([cluster.In(2)])).Unavailable);
        var receipt = await Eventually(() => lot.Record([cluster.In(2)]), answer => !answer.Unavailable);
        Assert.Equal(InputStatus.Accepted, Assert.Single(receipt.Outcomes).Status);
        var view = (await lot.GetView())!;
        Assert.Equal(2, view.Occupied);
        Assert.True(view.Epoch > taken.Epoch);
    }

    [Theory]
    [InlineData((int)FaultyStore.Fault.BeforeDurable)]
    [InlineData((int)FaultyStore.Fault.AfterDurable)]
    public async Task A_failing_store_is_told_as_such_and_heals_without_a_restart(int fault)
    {
        var lot = await cluster.LotAsync($"failing-{fault}");
        await lot.Record([cluster.In(1)]);
        cluster.Store.Next = (FaultyStore.Fault)fault;
        try
        {
            Assert.True((await lot.Record([cluster.In(2)])).Unavailable);
            Assert.Equal(CommandStatus.Unavailable, (await lot.Execute(new CorrectCount(null, 50, "a", "b"), new CommandKey("k", 1))).Status);
            Assert.NotNull((await lot.GetView())!.Occupied); // Reads go on from memory.
        }
        finally
        {
            cluster.Store.Next = FaultyStore.Fault.None;
        }
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        var again = await Eventually(() => lot.Record([cluster.In(2)]), answer => !answer.Unavailable);
        Assert.Contains(Assert.Single(again.Outcomes).Status, new[] { InputStatus.Accepted, InputStatus.Duplicate });
        var corrected = await lot.Execute(new CorrectCount(null, 50, "a", "b"), new CommandKey("k", 1));
        Assert.Contains(corrected.Status, new[] { CommandStatus.Done, CommandStatus.Replayed });
        Assert.Equal(50, (await lot.GetView())!.Occupied);
    }

    [Fact]
    public async Task Asking_for_a_place_that_does_not_exist_writes_nothing()
    {
        var lot = cluster.Grains.GetGrain<IParkingLotGrain>("nobody");
        Assert.Null(await lot.GetView());
        Assert.Equal("place-not-found", Assert.Single((await lot.Record([cluster.In(1)])).Outcomes).Rejection!.Code);
        Assert.Equal("place-not-found", (await lot.Execute(new CorrectCount(null, 1, "a", "b"), null)).Rejection!.Code);
        Assert.Equal(CommandStatus.Rejected, (await lot.Execute(new DefinePlace(new ParkingLotProfile { Name = "" }), null)).Status);
        await foreach (var stream in cluster.Store.ListAsync("parking-lots/nobody", CancellationToken.None))
            Assert.Fail($"{stream.Name} was created.");
    }

    [Fact]
    public async Task What_was_confirmed_is_there_after_a_restart()
    {
        await using var own = new PlaceCluster();
        await own.InitializeAsync();
        var lot = await own.LotAsync("kept");
        for (var sequence = 1; sequence <= 250; sequence++)
            await lot.Record([own.In(sequence)]);
        var before = (await lot.GetView())!;
        await own.RestartAsync();
        var after = (await own.Grains.GetGrain<IParkingLotGrain>("kept").GetView())!;
        Assert.Equal((before.Occupied, before.Version, before.Level), (after.Occupied, after.Version, after.Level));
        Assert.True(after.Epoch > before.Epoch);
        var twice = await own.Grains.GetGrain<IParkingLotGrain>("kept").Record([own.In(250)]);
        Assert.Equal(InputStatus.Duplicate, Assert.Single(twice.Outcomes).Status);
    }

    /// <summary>Asks again until the answer fits; each answer is an event of its own, so there is nothing else to wait for.</summary>
    private static async Task<T> Eventually<T>(Func<Task<T>> ask, Func<T, bool> fits)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await ask();
            if (fits(answer) || attempt == 200)
            {
                Assert.True(fits(answer));
                return answer;
            }
            await Task.Yield();
        }
    }
}
