using System.Diagnostics;
using System.Text;
using Coordination.Contracts.Live;
using Coordination.Domain;
using Coordination.Live.Hosting;
using Coordination.Live.Relay;
using Coordination.Live.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Messaging;
using Orleans.TestingHost;
using static Coordination.Live.Tests.Support.Views;

namespace Coordination.Live.Tests.Relay;

/// <summary>The relay in a host that is only a client of the cluster: its observer is called through the gateways.</summary>
public sealed class EdgeTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(2).Build();
    private readonly Recorder _screen = new();
    private ViewRelay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        await _cluster.DeployAsync();
        _relay = new ViewRelay(new CounterTopics(_cluster.Client), Options.Create(new LiveOptions { SendInterval = TimeSpan.Zero }), TimeProvider.System, NullLogger<ViewRelay>.Instance);
        await _relay.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.StopAsync(CancellationToken.None);
        _relay.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Grains_reach_it_through_a_gateway_and_it_finds_them_again_after_each_of_their_hosts_went_away()
    {
        var topics = Enumerable.Range(0, 20).Select(i => $"parking-lots/p{i}").ToArray();
        foreach (var topic in topics)
            await _relay.Add(topic, _screen.Outbox).Soon();
        await CountAsync(topics);
        await Until.TrueAsync(() => topics.All(topic => _relay.Look(topic)!.View.Version == 1));

        // A new one first, so that there is always a gateway that the client knows and one that it does not.
        foreach (var old in _cluster.Silos.ToArray())
        {
            await _cluster.StartAdditionalSiloAsync();
            await _cluster.StopSiloAsync(old, TestContext.Current.CancellationToken);
            await CountAsync(topics);
            _relay.RenewAll();
            await Until.TrueAsync(() => topics.All(topic => _relay.Look(topic)!.View is { Version: > 0 } view && view.Version == CounterGrain.Versions[topic]));
        }

        Assert.Null(_relay.UnreachableSince);
    }

    private Task CountAsync(string[] topics) => Task.WhenAll(topics.Select(CountAsync));

    /// <summary>A client that does not know yet that a gateway went away may still send there: it is asked again until it knows.</summary>
    private async Task CountAsync(string topic)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await _cluster.Client.GetGrain<ICounterGrain>(topic).Count();
                return;
            }
            catch (Exception error) when (error is ConnectionFailedException or OrleansMessageRejectionException or SiloUnavailableException
                && Stopwatch.GetElapsedTime(since) < Until.Patience)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    private sealed class CounterTopics(IGrainFactory grains) : ITopicGrains
    {
        public bool IsTopic(string? topic) => PlaceId.TryParse(topic, out _);

        public IWatchable Get(string topic) => grains.GetGrain<ICounterGrain>(topic);

        public IViewObserver Publish(IViewObserver observer) => new PlaceTopics(grains).Publish(observer);
    }
}

/// <summary>A place that counts.</summary>
public interface ICounterGrain : IWatchable
{
    Task Count();
}

/// <summary>Its figures outlive its activations, its observers do not.</summary>
public sealed class CounterGrain : Grain, ICounterGrain
{
    private readonly HashSet<IViewObserver> _observers = [];

    internal static System.Collections.Concurrent.ConcurrentDictionary<string, long> Versions { get; } = new();

    private string Topic => this.GetPrimaryKeyString();

    public Task Count()
    {
        Versions.AddOrUpdate(Topic, 1, (_, version) => version + 1);
        foreach (var observer in _observers)
            observer.OnView(View()!).Ignore();
        return Task.CompletedTask;
    }

    public Task<LiveView?> Watch(IViewObserver observer)
    {
        _observers.Add(observer);
        return Task.FromResult(View());
    }

    public Task Unwatch(IViewObserver observer)
    {
        _observers.Remove(observer);
        return Task.CompletedTask;
    }

    private LiveView? View() => Versions.TryGetValue(Topic, out var version) ? Of(Topic, version, 1, Encoding.UTF8.GetString("{}"u8)) : null;
}
