using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;

namespace Coordination.Grains.Tests;

/// <summary>What a host does with its places as a whole: moving them before it stops, and finding those that were replaced.</summary>
public sealed class MoveTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    [Fact]
    public async Task Places_move_to_another_host_with_their_state_and_nothing_is_read()
    {
        var lots = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => LotAsync($"moves-{number}")));
        foreach (var lot in lots)
            await lot.Record([In(1), In(2)]);
        foreach (var (from, to) in new[] { (hosts.Hosts[0], hosts.Hosts[1]), (hosts.Hosts[1], hosts.Hosts[0]) })
        {
            var before = await Task.WhenAll(lots.Select(lot => lot.GetView()));
            var (snapshots, onFrom) = (hosts.Store.SnapshotsRead, hosts.LedgerOf(from).Active.Count);
            Assert.True(onFrom > 0);

            await hosts.LedgerOf(from).Active.MoveAllAsync([to], TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);

            var after = await Task.WhenAll(lots.Select(lot => lot.GetView()));
            Assert.Equal(0, hosts.LedgerOf(from).Active.Count);
            Assert.Equal(snapshots, hosts.Store.SnapshotsRead);
            Assert.All(before.Zip(after), pair => Assert.Equal((pair.First!.Occupied, pair.First.Version), (pair.Second!.Occupied, pair.Second.Version)));
            Assert.All(before.Zip(after), pair => Assert.True(pair.Second!.Epoch >= pair.First!.Epoch));
        }
        // The ids of devices and commands came along too.
        var again = await lots[0].Record([In(2), In(3)]);
        Assert.Equal([InputStatus.Duplicate, InputStatus.Accepted], again.Outcomes.Select(outcome => outcome.Status));
    }

    [Fact]
    public async Task Nothing_moves_when_there_is_no_other_host()
    {
        await LotAsync("stays");
        var active = hosts.LedgerOf(hosts.HostOf("parking-lots/stays")).Active;
        var before = active.Count;
        await active.MoveAllAsync([], TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(before, active.Count);
    }

    [Fact]
    public async Task A_replaced_activation_that_nobody_writes_to_goes_when_it_is_told()
    {
        var lot = await LotAsync("replaced");
        var place = Assert.Single(hosts.LedgerOf(hosts.HostOf("parking-lots/replaced")).Active.Holding(), place => place.Stream == "parking-lots/replaced");
        var taken = await hosts.Store.OpenAsync(place.Stream, CancellationToken.None);

        // The twin: as long as it is not told, it goes on showing what it has.
        Assert.True((await lot.GetView())!.Epoch < taken.Epoch);

        place.NoteEpoch(taken.Epoch);
        await place.Gone.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True((await lot.GetView())!.Epoch > taken.Epoch);
    }

    [Fact]
    public async Task An_activation_whose_store_failed_does_not_take_its_place_back_from_the_one_that_replaced_it()
    {
        var lot = await LotAsync("given-up");
        var place = Assert.Single(hosts.LedgerOf(hosts.HostOf("parking-lots/given-up")).Active.Holding(), place => place.Stream == "parking-lots/given-up");
        hosts.Store.Next = Ledger.Tests.Engine.FaultyStore.Fault.BeforeDurable;
        Assert.True((await lot.Record([In(1)])).Unavailable);
        hosts.Store.Next = Ledger.Tests.Engine.FaultyStore.Fault.None;
        await hosts.Store.OpenAsync(place.Stream, CancellationToken.None);

        await place.Gone.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await lot.GetView())!.Occupied);
    }

    [Fact]
    public async Task A_list_that_is_woken_asks_every_place_again()
    {
        await LotAsync("awake");
        var list = hosts.Grains.DirectoryGrain(PlaceKind.ParkingLot);
        Assert.Contains((await list.List(new PlaceFilter { PageSize = 200 })).Items, place => place.Id == "awake");
        var place = Assert.Single(hosts.LedgerOf(hosts.HostOf("parking-lots/awake")).Active.Holding(), place => place.Stream == "parking-lots/awake");
        place.NoteEpoch((await hosts.Store.OpenAsync(place.Stream, CancellationToken.None)).Epoch);
        await place.Gone.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await Task.WhenAll(list.Wake(), list.Wake(), list.Wake());

        Assert.NotNull(hosts.HostOf("parking-lots/awake"));
    }

    private async Task<IParkingLotGrain> LotAsync(string id)
    {
        var lot = hosts.Grains.GetGrain<IParkingLotGrain>(id);
        var result = await lot.Execute(new DefinePlace(new ParkingLotProfile { Name = id, Capacity = 100, InitialOccupied = 0 }), null);
        Assert.Equal(CommandStatus.Done, result.Status);
        return lot;
    }

    private static OccupancyInput In(long sequence) =>
        new() { DeviceId = "gate", Sequence = sequence, At = TimeProvider.System.GetUtcNow(), Direction = Direction.In, Count = 1 };
}
