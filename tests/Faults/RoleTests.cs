using System.Net;
using Coordination.Client;
using Coordination.Faults.Cluster;
using Coordination.Faults.Network;

namespace Coordination.Faults;

/// <summary>Two hosts that only hold places, on Orleans' other directory, and an edge before them that holds none.</summary>
[Collection(RoleCollection.Name)]
[Trait("Cluster", "Faults")]
public sealed class RoleTests
{
    private static string[] ArgumentsOf(int host) =>
        host < 3 ? ["--role", "silo", "--directory", "classic", "--drain-seconds", "2"] : ["--role", "edge", "--drain-seconds", "2"];

    [Fact]
    public async Task An_edge_holds_no_place_and_goes_on_when_a_host_behind_it_is_killed()
    {
        var whyNot = await Lab.WhyNotAsync();
        Assert.SkipWhen(whyNot is not null, whyNot ?? "");
        await using var cluster = await ClusterProcesses.StartAsync(3, null, ArgumentsOf);
        var edge = cluster.Hosts[2];
        await FaultRound.RunAsync(cluster, "kill -9 of a silo behind an edge, classic directory", async round =>
        {
            Assert.True(await ClusterProcesses.MetricAsync(edge, "coordination_places") is null or 0);
            var held = await Task.WhenAll(cluster.Hosts.Take(2).Select(host => ClusterProcesses.MetricAsync(host, "coordination_places")));
            Assert.True(held.Sum() >= round.Load.Places.Length);
            round.Begin();
            await cluster.Hosts[0].KillAsync();
            await round.ServedAgainAsync();
            await cluster.Hosts[0].StartAsync();
        });
        await AnEdgeThatNoPlaceAnswersSaysSoAsync(cluster, edge);
    }

    private static async Task AnEdgeThatNoPlaceAnswersSaysSoAsync(ClusterProcesses cluster, Host edge)
    {
        var cancellation = TestContext.Current.CancellationToken;
        const string Place = "parking-lots/behind-the-edge";
        using (var created = await edge.Process.Http.PutAsync(new Uri($"api/{Place}", UriKind.Relative), new StringContent("""{ "name": "车库", "capacity": 10, "initialOccupied": 3 }""", System.Text.Encoding.UTF8, "application/json"), cancellation))
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await using var screen = new LiveClient(edge.Address);
        var marked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        screen.UnconfirmedChanged += since =>
        {
            if (since is not null)
                marked.TrySetResult();
        };
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        screen.Changed += _ => shown.TrySetResult();
        await screen.WatchAsync([Place], cancellation);
        screen.Start();
        await shown.Task.WaitAsync(FaultRound.Patience, cancellation);

        await Task.WhenAll(cluster.Hosts[0].KillAsync(), cluster.Hosts[1].KillAsync());
        await marked.Task.WaitAsync(FaultRound.Patience, cancellation);
        Assert.NotNull(screen.Latest(Place));
        using var answer = await edge.Process.Http.GetAsync(new Uri($"api/{Place}", UriKind.Relative), cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}

/// <summary>Beside the tests that share a cluster: there is one network at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RoleCollection
{
    public const string Name = "roles";
}
