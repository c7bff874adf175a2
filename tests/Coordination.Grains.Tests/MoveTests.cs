using System.Text.Json;
using System.Threading.Channels;
using Coordination.Contracts;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Communities;
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
    public async Task A_place_that_cannot_be_read_is_no_entry_that_a_host_waits_for()
    {
        // Its stream is there and makes no sense: the activation fails, and must leave nothing behind.
        var opened = await hosts.Store.OpenAsync("parking-lots/damaged", CancellationToken.None);
        await hosts.Store.AppendAsync([new("parking-lots/damaged", opened.Epoch, 0, 1, "[{}]"u8.ToArray())], CancellationToken.None);
        await Assert.ThrowsAnyAsync<Exception>(() => hosts.Grains.GetGrain<IParkingLotGrain>("damaged").GetView());

        await Eventually(() => hosts.Hosts.All(host => !hosts.LedgerOf(host).Active.All().Any(place => place.Stream == "parking-lots/damaged")));
    }

    [Fact]
    public async Task A_community_that_moves_takes_the_figures_of_its_places_along()
    {
        await LotAsync("of-community");
        var community = hosts.Grains.GetGrain<ICommunityGrain>("moving");
        await community.Execute(new DefineCommunity(new CommunityProfile { Name = "社区", Places = ["parking-lots/of-community"] }, 0), null);
        var observer = new Latest();
        var reference = hosts.Grains.CreateObjectReference<IViewObserver>(observer);
        Assert.NotNull(await community.Watch(reference));
        var from = hosts.HostOf("communities/moving");
        var to = hosts.Hosts.Single(host => !host.Equals(from));

        await hosts.LedgerOf(from).Active.MoveAllAsync([to], TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);

        // The first view of the new activation comes by itself to who watched the old one, and is whole.
        var view = await observer.FirstAfterAsync((await community.GetView())!.Epoch - 1);
        using var json = JsonDocument.Parse(view.Json);
        Assert.Single(json.RootElement.GetProperty("places").EnumerateArray());
        GC.KeepAlive(observer);
    }

    private sealed class Latest : IViewObserver
    {
        private readonly Channel<LiveView> views = Channel.CreateUnbounded<LiveView>();

        public Task OnView(LiveView view) => views.Writer.WriteAsync(view).AsTask();

        public async Task<LiveView> FirstAfterAsync(long epoch)
        {
            while (true)
            {
                var view = await views.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
                if (view.Epoch > epoch)
                    return view;
            }
        }
    }

    private static async Task Eventually(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.True(tries < 300, "It did not come to that.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
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

        await Eventually(() => hosts.Hosts.Any(host => hosts.LedgerOf(host).Active.Holding().Any(woken => woken.Stream == "parking-lots/awake")));
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
