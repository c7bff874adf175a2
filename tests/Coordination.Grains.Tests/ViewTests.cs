using Coordination.Contracts;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Communities;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Grains.Tests;

/// <summary>What grains tell of themselves: to relays, to their community, to the list of their kind, and when time alone acts.</summary>
public sealed class ViewTests(PlaceCluster cluster) : IClassFixture<PlaceCluster>
{
    private (WatchingRelay Relay, IViewObserver Reference) Relay()
    {
        var relay = new WatchingRelay();
        return (relay, cluster.Grains.CreateObjectReference<IViewObserver>(relay));
    }

    /// <summary>Lets time pass as it does for a relay that renews its lease.</summary>
    private async Task PassAsync(TimeSpan span, IParkingLotGrain lot, IViewObserver reference)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += WatchLease.Renewal)
        {
            await lot.Watch(reference);
            cluster.Time.Advance(WatchLease.Renewal);
        }
        await lot.Watch(reference);
    }

    [Fact]
    public async Task A_relay_hears_of_every_change_and_last_of_the_last()
    {
        var lot = await cluster.LotAsync("watched");
        var (relay, reference) = Relay();
        Assert.NotNull(await lot.Watch(reference));
        for (var sequence = 1; sequence <= 30; sequence++)
            await lot.Record([cluster.In(sequence)]);
        cluster.Time.Advance(ViewPublisher.Gap); // The latest waits for its turn.
        await relay.NextAsync(cluster.Time, "\"occupied\":30");

        await lot.Unwatch(reference);
        await lot.Record([cluster.In(31)]);
        await lot.GetView();
        Assert.Empty(relay.Drain());
        GC.KeepAlive(relay);
    }

    [Fact]
    public async Task A_topic_can_be_watched_before_its_place_exists()
    {
        var (relay, reference) = Relay();
        Assert.Null(await cluster.Grains.GetGrain<IParkingLotGrain>("to-come").Watch(reference));
        await cluster.LotAsync("to-come");
        await relay.NextAsync(cluster.Time, "to-come");
        GC.KeepAlive(relay);
    }

    [Fact]
    public async Task A_relay_that_does_not_renew_is_forgotten()
    {
        var lot = await cluster.LotAsync("leased");
        var (relay, reference) = Relay();
        await lot.Watch(reference);
        cluster.Time.Advance(WatchLease.Duration + TimeSpan.FromSeconds(1));
        await lot.Record([cluster.In(1)]);
        await lot.GetView();
        Assert.Empty(relay.Drain());
        GC.KeepAlive(relay);
    }

    [Fact]
    public async Task Eight_hundred_new_spaces_come_at_their_instant()
    {
        var lot = await cluster.LotAsync("growing", capacity: 100);
        var (relay, reference) = Relay();
        await lot.Watch(reference);
        await lot.Execute(new ChangeCapacity(null, 900, cluster.Time.GetUtcNow().AddMinutes(10)), null);
        Assert.Equal(100, (await lot.GetView())!.Capacity);
        await PassAsync(TimeSpan.FromMinutes(10), lot, reference);
        await relay.NextAsync(cluster.Time, "\"capacity\":900", "\"scheduled\":[]");
        Assert.Equal((900, 900), ((await lot.GetView())!.Capacity, (await lot.GetView())!.Free));
        GC.KeepAlive(relay);
    }

    [Fact]
    public async Task A_place_without_input_goes_stale_by_itself_and_says_so()
    {
        var lot = await cluster.LotAsync("silent");
        var (relay, reference) = Relay();
        await lot.Watch(reference);
        await lot.Record([cluster.Reading(1, 40)]);
        await PassAsync(TimeSpan.FromMinutes(30), lot, reference);
        await relay.NextAsync(cluster.Time, "\"state\":\"stale\"");
        var view = (await lot.GetView())!;
        Assert.Equal((PlaceState.Stale, 40), (view.State, view.Occupied));
        GC.KeepAlive(relay);
    }

    [Fact]
    public async Task What_fell_due_while_the_server_was_down_is_done_when_it_is_back()
    {
        await using var own = new PlaceCluster();
        await own.InitializeAsync();
        var lot = await own.LotAsync("asleep");
        await lot.Execute(new ChangeCapacity(null, 900, own.Time.GetUtcNow().AddHours(1)), null);
        await own.RestartAsync();
        own.Time.Advance(TimeSpan.FromHours(2));
        var page = await own.Grains.DirectoryGrain(PlaceKind.ParkingLot).List(new PlaceFilter());
        Assert.Equal(900, Assert.Single(page.Items).Capacity);
    }

    [Fact]
    public async Task A_community_is_the_live_sum_of_its_places()
    {
        var community = cluster.Grains.GetGrain<ICommunityGrain>("jia");
        await community.Execute(new DefineCommunity(new CommunityProfile { Name = "甲社区", Places = ["parking-lots/jia-1", "parking-lots/jia-2", "scenic-areas/jia-park"] }), null);
        var (relay, reference) = Relay();
        await community.Watch(reference);
        var one = await cluster.LotAsync("jia-1", 100, "jia");
        var two = await cluster.LotAsync("jia-2", 50, "jia");
        await one.Record([cluster.Reading(1, 30)]);
        await two.Record([cluster.Reading(1, 60)]);
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        await relay.NextAsync(cluster.Time, "\"occupied\":90,\"capacity\":150,\"free\":70");

        var view = (await community.GetView())!;
        Assert.Equal(new OccupancySum(2, 2, 90, 150, 70), view.ParkingLots);
        Assert.Equal(["scenic-areas/jia-park"], view.MissingPlaces);
        var area = cluster.Grains.GetGrain<IScenicAreaGrain>("jia-park");
        await area.Execute(new DefinePlace(new ScenicAreaProfile { Name = "公园", Capacity = 1000, Community = "jia" }), null);
        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        view = (await community.GetView())!;
        Assert.Equal(new OccupancySum(1, 0, 0, 0, 0), view.ScenicAreas); // Never read: counted, not added.
        GC.KeepAlive(relay);
    }

    [Fact]
    public async Task The_list_filters_and_pages()
    {
        await using var own = new PlaceCluster();
        await own.InitializeAsync();
        for (var i = 0; i < 25; i++)
            await own.LotAsync($"lot-{i:00}");
        await own.Grains.GetGrain<IParkingLotGrain>("lot-07").Record([own.Reading(1, 95)]);
        var directory = own.Grains.DirectoryGrain(PlaceKind.ParkingLot);

        var page = await directory.List(new PlaceFilter { Page = 3, PageSize = 10 });
        Assert.Equal((25, 5), (page.Total, page.Items.Length));
        Assert.Equal("lot-20", page.Items[0].Id);
        Assert.Equal(10, (await directory.List(new PlaceFilter { Query = "LOT-1" })).Total);
        Assert.Equal(0, (await directory.List(new PlaceFilter { District = "丰台区" })).Total);
        await own.RestartAsync();
        var critical = await own.Grains.DirectoryGrain(PlaceKind.ParkingLot).List(new PlaceFilter { Level = Level.Critical });
        Assert.Equal("lot-07", Assert.Single(critical.Items).Id);
    }

    [Fact]
    public async Task Devices_show_when_they_were_seen_what_they_drift_and_what_was_refused()
    {
        var lot = await cluster.LotAsync("devices");
        await lot.Record([cluster.In(1, 10), cluster.Reading(2, 12, "gate"), cluster.Reading(3, -1, "gate")]);
        var gate = Assert.Single(await lot.GetDevices());
        Assert.Equal((2, 10L, 2L), (gate.LastDrift, gate.TotalMoved, gate.TotalDrift));
        Assert.Equal(20, gate.DriftPercent);
        Assert.Equal(1, gate.Refused["negative-count"]);
        Assert.NotNull(gate.LastSeenAt);
    }

    [Fact]
    public async Task A_device_that_never_sent_anything_good_is_shown_also_after_a_restart()
    {
        await using var own = new PlaceCluster();
        await own.InitializeAsync();
        var lot = await own.LotAsync("broken-sensor");
        await lot.Record([own.Reading(1, -1, "broken"), own.Reading(2, -7, "broken")]);
        Assert.Equal(2, Assert.Single(await lot.GetDevices()).Refused["negative-count"]);
        await own.RestartAsync();
        var after = Assert.Single(await own.Grains.GetGrain<IParkingLotGrain>("broken-sensor").GetDevices());
        Assert.Equal((2, 0), (after.Refused["negative-count"], after.Inputs));
    }
}
