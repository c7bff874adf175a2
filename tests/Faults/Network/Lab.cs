using System.Globalization;
using System.Net;

namespace Coordination.Faults.Network;

/// <summary>
/// A small network inside this machine: one network namespace per computer, all on a bridge on which the tests have addresses too.
/// Nothing of it can be reached from outside. Needs Linux and root.
/// </summary>
internal sealed class Lab : IAsyncDisposable
{
    private const string Mark = "cfl";
    private const int FirstClientAddress = 100;
    private const int ClientAddresses = 60;

    private readonly List<Computer> computers = [];
    private readonly string bridge = string.Create(CultureInfo.InvariantCulture, $"{Mark}{Environment.ProcessId}b");
    private readonly string subnet;

    private Lab(string subnet) => this.subnet = subnet;

    /// <summary>Where tests listen and speak from.</summary>
    public IPAddress Own => IPAddress.Parse(subnet + "1");

    /// <summary>Further addresses for clients to speak from: one address may only have so many live connections.</summary>
    public IPAddress ClientAddress(int number) => IPAddress.Parse(subnet + (FirstClientAddress + number % ClientAddresses).ToString(CultureInfo.InvariantCulture));

    /// <summary>Why there can be none here; null when there can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return "Network namespaces need Linux and root.";
        foreach (var (tool, argument) in new[] { ("ip", "-V"), ("nft", "--version"), ("nsenter", "--version"), ("redis-server", "--version") })
        {
            if ((await Shell.TryAsync(tool, argument)).Code != 0)
                return $"{tool} is not installed.";
        }
        var probe = $"{Mark}probe{Environment.ProcessId}";
        if (await Shell.TryAsync("ip", "netns", "add", probe) is { Code: not 0, Output: var why })
            return $"Network namespaces are not permitted here: {why.Trim()}";
        await Shell.TryAsync("ip", "netns", "delete", probe);
        return null;
    }

    public static async Task<Lab> CreateAsync()
    {
        await RemoveLeftoversAsync();
        var lab = new Lab(string.Create(CultureInfo.InvariantCulture, $"10.{200 + Environment.ProcessId % 50}.{Environment.ProcessId / 50 % 250}."));
        try
        {
            await Shell.RunAsync("ip", "link", "add", lab.bridge, "type", "bridge");
            await Shell.RunAsync("ip", "address", "add", $"{lab.Own}/24", "dev", lab.bridge);
            for (var i = 0; i < ClientAddresses; i++)
                await Shell.RunAsync("ip", "address", "add", $"{lab.ClientAddress(i)}/24", "dev", lab.bridge);
            await Shell.RunAsync("ip", "link", "set", lab.bridge, "up");
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a computer, with the next address; the one of that name when there is one.</summary>
    public async Task<Computer> AddAsync(string name)
    {
        if (computers.Find(known => known.Name == name) is { } before)
            return before;
        var number = computers.Count + 11;
        var computer = new Computer(name, $"{Mark}{Environment.ProcessId}-{name}", IPAddress.Parse(subnet + number.ToString(CultureInfo.InvariantCulture)));
        computers.Add(computer);
        var (here, there) = (string.Create(CultureInfo.InvariantCulture, $"{Mark}{Environment.ProcessId}v{number}"), "eth0");
        await Shell.RunAsync("ip", "netns", "add", computer.Namespace);
        await Shell.RunAsync("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", computer.Namespace);
        await Shell.RunAsync("ip", "link", "set", here, "master", bridge, "up");
        await Shell.RunAsync("ip", "-n", computer.Namespace, "address", "add", $"{computer.Address}/24", "dev", there);
        await Shell.RunAsync("ip", "-n", computer.Namespace, "link", "set", there, "up");
        await Shell.RunAsync("ip", "-n", computer.Namespace, "link", "set", "lo", "up");
        return computer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var computer in computers)
            await RemoveAsync(computer.Namespace);
        await Shell.TryAsync("ip", "link", "delete", bridge);
    }

    /// <summary>What a test run left behind that was itself killed.</summary>
    private static async Task RemoveLeftoversAsync()
    {
        foreach (var line in (await Shell.TryAsync("ip", "netns", "list")).Output.Split('\n'))
        {
            var name = line.Split(' ')[0];
            if (OwnerOf(name.Split('-')[0]) is { } owner && !Directory.Exists($"/proc/{owner}"))
                await RemoveAsync(name);
        }
        foreach (var path in Directory.EnumerateDirectories("/sys/class/net", Mark + "*b"))
        {
            if (OwnerOf(Path.GetFileName(path)[..^1]) is { } owner && !Directory.Exists($"/proc/{owner}"))
                await Shell.TryAsync("ip", "link", "delete", Path.GetFileName(path));
        }

        static int? OwnerOf(string name) =>
            name.StartsWith(Mark, StringComparison.Ordinal) && int.TryParse(name[Mark.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private static async Task RemoveAsync(string name)
    {
        foreach (var process in (await Shell.TryAsync("ip", "netns", "pids", name)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                await Shell.SignalAsync(id, "KILL");
        }
        await Shell.TryAsync("ip", "netns", "delete", name);
    }
}

/// <summary>Which packages of a computer are lost.</summary>
internal enum Lost
{
    Sent,
    Received,
    Both,
}

/// <summary>A computer of the lab: a network namespace with one address.</summary>
internal sealed class Computer(string name, string @namespace, IPAddress address)
{
    private const string Table = "fault";

    public string Name => name;

    public string Namespace => @namespace;

    public IPAddress Address => address;

    /// <summary>What a command line begins with to run here. The process keeps its id, and sees the same files and cgroups as all.</summary>
    public IReadOnlyList<string> Launcher => ["nsenter", $"--net=/run/netns/{@namespace}"];

    /// <summary>Packets between this computer and others are lost from now on, without any sign of it.</summary>
    public async Task CutAsync(Lost lost, params Computer[] others)
    {
        await HealAsync();
        var addresses = $"{{ {string.Join(", ", others.Select(other => other.Address))} }}";
        var rules = $"add table inet {Table}; ";
        if (lost is Lost.Sent or Lost.Both)
            rules += $"add chain inet {Table} sent {{ type filter hook output priority 0; }}; add rule inet {Table} sent ip daddr {addresses} drop; ";
        if (lost is Lost.Received or Lost.Both)
            rules += $"add chain inet {Table} received {{ type filter hook input priority 0; }}; add rule inet {Table} received ip saddr {addresses} drop; ";
        await NftAsync(rules);
    }

    /// <summary>Nothing is lost any more.</summary>
    public Task HealAsync() => NftAsync($"add table inet {Table}; delete table inet {Table}");

    /// <summary>How much the system keeps at most of what a connection has not read; connections opened from now on.</summary>
    public Task SetSendBufferAsync(int bytes) => Shell.RunAsync(
        "nsenter", $"--net=/run/netns/{@namespace}", "sh", "-c", $"echo 4096 {Math.Min(bytes, 16_384)} {bytes} > /proc/sys/net/ipv4/tcp_wmem");

    private Task NftAsync(string rules) => Shell.RunAsync("nsenter", $"--net=/run/netns/{@namespace}", "nft", rules);

    public override string ToString() => name;

}
