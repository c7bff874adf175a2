using System.Diagnostics;
using System.Globalization;
using Coordination.Faults.Checks;
using Coordination.Faults.Clients;
using Coordination.Faults.Cluster;

namespace Coordination.Faults;

/// <summary>Screens that read too slowly, and screens that all come at once.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Cluster", "Faults")]
public sealed class ScreenFaultTests(ClusterFixture fixture)
{
    private const int SlowOnes = 200;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(FaultTable.IsLong ? 30 : 5);
    private static readonly int Many = FaultTable.IsLong ? 5000 : 1000;

    [Fact]
    public Task Screens_that_hardly_read_delay_nobody_and_do_not_fill_the_memory() =>
        FaultRound.RunAsync(fixture.Cluster, $"{SlowOnes} screens that read a byte a second", async round =>
        {
            foreach (var host in round.Cluster.Hosts)
                await host.Computer.SetSendBufferAsync(65_536); // So that the server, and not the system, has to keep what they do not read.
            var before = Stopwatch.GetTimestamp();
            await Task.Delay(Length);
            round.Begin();
            var memory = round.Cluster.Hosts.Select(MegabytesOf).ToArray();
            TimeSpan usual, meanwhile;
            await using (var slow = await SlowScreens.ConnectAsync(SlowOnes, round.Cluster.Addresses, round.Load.Places[..5], round.Cluster.Lab.ClientAddress, TestContext.Current.CancellationToken))
            {
                await Task.Delay(TimeSpan.FromSeconds(2)); // Their buffers are full now.
                var during = Stopwatch.GetTimestamp();
                await Task.Delay(Length);
                (usual, meanwhile) = (Delay(before, round.Began), Delay(during, Stopwatch.GetTimestamp()));
                round.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"{slow.CutOff} were cut off"));
            }
            round.Healed();
            var growth = round.Cluster.Hosts.Select((host, i) => MegabytesOf(host) - memory[i]).Max();
            round.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"push p95 {usual.TotalMilliseconds:F0} ms without and {meanwhile.TotalMilliseconds:F0} ms with them; memory of a host +{growth} MB"));
            Assert.True(meanwhile < (usual * 10) + TimeSpan.FromSeconds(1), $"Pushes took {meanwhile.TotalMilliseconds:F0} ms instead of {usual.TotalMilliseconds:F0} ms.");
            Assert.True(growth < 400, $"The memory of a host grew by {growth} MB.");
            foreach (var host in round.Cluster.Hosts)
                await host.Computer.SetSendBufferAsync(4_194_304);

            TimeSpan Delay(long from, long to) =>
                Measures.Quantile(Measures.PushDelays([.. round.Load.Log.Acknowledgements], round.Views.Views, from, to), 0.95);
        });

    [Fact]
    public Task Thousands_of_screens_that_lose_their_host_are_soon_served_by_the_others() =>
        FaultRound.RunAsync(fixture.Cluster, $"{Many} screens lose a host", async round =>
        {
            var places = await Probe.CreatePlacesAsync(round.Cluster);
            await using var crowd = new Crowd(Many, round.Cluster.Addresses, places, round.Cluster.Lab.ClientAddress);
            await crowd.AllAreThereAsync(FaultRound.Patience);
            var comings = crowd.Comings;
            round.Begin();
            await round.Victim.KillAsync();
            while (crowd.Comings == comings)
                await Task.Delay(10);
            await crowd.AllAreThereAsync(FaultRound.Patience);
            round.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"all {Many} screens back after {Stopwatch.GetElapsedTime(round.Began).TotalSeconds:F1} s, {crowd.Comings - comings} came again"));
            await round.ServedAgainAsync();
            await round.Victim.StartAsync();
        });

    private static long MegabytesOf(Host host) => Process.GetProcessById(host.Process.Id).WorkingSet64 >> 20;
}
