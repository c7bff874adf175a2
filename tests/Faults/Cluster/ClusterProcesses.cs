using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Coordination.Faults.Network;
using Coordination.Testing;

namespace Coordination.Faults.Cluster;

/// <summary>A real cluster: one Redis and several server processes, each on a computer of its own in a lab.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<Host> hosts = [];

    private ClusterProcesses(Lab lab) => Lab = lab;

    public Lab Lab { get; }

    public RedisServer Redis { get; private set; } = null!;

    public IReadOnlyList<Host> Hosts => hosts;

    public LoadBalancer Balancer { get; private set; } = null!;

    public IReadOnlyList<Uri> Addresses => [.. hosts.Select(host => host.Address)];

    /// <summary>Starts it and waits until every host is ready.</summary>
    /// <param name="count">How many hosts.</param>
    /// <param name="redisFolder">Where Redis keeps its data; in the cluster's own folder when left out.</param>
    /// <param name="arguments">Further arguments of every host.</param>
    public static Task<ClusterProcesses> StartAsync(int count, string? redisFolder = null, params string[] arguments) =>
        StartAsync(count, redisFolder, _ => arguments);

    /// <summary>Starts it and waits until every host is ready.</summary>
    /// <param name="count">How many hosts.</param>
    /// <param name="redisFolder">Where Redis keeps its data; in the cluster's own folder when null.</param>
    /// <param name="arguments">Further arguments of each host, which are counted from 1.</param>
    public static async Task<ClusterProcesses> StartAsync(int count, string? redisFolder, Func<int, string[]> arguments)
    {
        var cluster = new ClusterProcesses(await Lab.CreateAsync());
        try
        {
            cluster.Redis = new RedisServer(await cluster.Lab.AddAsync("redis"), redisFolder ?? cluster.folder.File("redis"));
            await cluster.Redis.StartAsync();
            for (var i = 1; i <= count; i++)
            {
                var computer = await cluster.Lab.AddAsync(string.Create(CultureInfo.InvariantCulture, $"host{i}"));
                cluster.hosts.Add(new Host(computer, cluster.Redis.Url, cluster.folder.File(computer.Name), arguments(i)));
            }
            cluster.Balancer = new LoadBalancer(cluster.Lab.Own, cluster.Addresses);
            foreach (var host in cluster.hosts)
                host.Launch();
            await cluster.WaitUntilReadyAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A folder or file of the cluster's own, gone with it.</summary>
    public string File(string name) => folder.File(name);

    public Computer[] OthersThan(Host host) => [.. hosts.Where(other => other != host).Select(other => other.Computer)];

    /// <summary>
    /// Takes every fault away, starts what does not run, and waits until every host is ready. When the hosts do not come to that by
    /// themselves, that is a failure, and they are all killed and started anew, so that it is the failure of one test only.
    /// </summary>
    public async Task RepairAsync()
    {
        foreach (var host in hosts)
        {
            await host.Computer.HealAsync();
            await host.ThawAsync();
            host.SetClock(TimeSpan.Zero);
        }
        if (!Redis.IsRunning)
            await Redis.StartAsync();
        foreach (var host in hosts)
            host.Launch();
        try
        {
            await WaitUntilReadyAsync();
        }
        catch (InvalidOperationException)
        {
            await Task.WhenAll(hosts.Select(host => host.KillAsync()));
            foreach (var host in hosts)
                host.Launch();
            await WaitUntilReadyAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until every host says that it is ready and that all hosts are there: one that was cut off or frozen may look well until it hears
    /// that it was given up, and then ends.
    /// </summary>
    public async Task WaitUntilReadyAsync()
    {
        // A host may end and be started again meanwhile: that it does not run at the moment is no reason to give up.
        var waiting = Stopwatch.StartNew();
        var members = hosts.Count(host => host.HoldsPlaces);
        foreach (var host in hosts)
        {
            while ((host.HoldsPlaces && host.Members != members) || !await IsReadyAsync(host))
            {
                if (waiting.Elapsed > TimeSpan.FromSeconds(90))
                    throw new InvalidOperationException($"{host} is not ready after {waiting.Elapsed.TotalSeconds:F0} s, or does not see {members} members but {host.Members}:{Environment.NewLine}{host.Process.Log}");
                await Task.Delay(100);
            }
        }
    }

    public static async Task<bool> IsReadyAsync(Host host)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var answer = await host.Process.Http.GetAsync("health/ready", patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The value of a metric of a host, the sum over its labels that match; null when it is not there.</summary>
    public static async Task<double?> MetricAsync(Host host, string name, string labels = "")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var text = await host.Process.Http.GetStringAsync("metrics", patience.Token);
        var lines = text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is '{' or ' '
            && line.Contains(labels, StringComparison.Ordinal)).ToList();
        // name{labels} value [timestamp]
        return lines.Count == 0 ? null : lines.Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[line.Contains('}') ? 0 : 1], CultureInfo.InvariantCulture));
    }

    /// <summary>What a host answers to a read.</summary>
    public static async Task<JsonElement> ViewAsync(Host host, string place)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        using var answer = await host.Process.Http.GetAsync($"api/{place}", patience.Token);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patience.Token)).RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.ThawAsync();
            await host.DisposeAsync();
        }
        if (Balancer is not null)
            await Balancer.DisposeAsync();
        if (Redis is not null)
            await Redis.DisposeAsync();
        await Lab.DisposeAsync();
        folder.Dispose();
    }
}
