using System.Diagnostics;
using System.Text.RegularExpressions;
using Coordination.Testing;

namespace Coordination.Server.Tests.Support;

/// <summary>The load balancer of <c>deploy/haproxy.cfg</c>, before one host on this machine.</summary>
internal sealed partial class Haproxy : IDisposable
{
    private readonly Process process;
    private readonly TemporaryFolder folder;

    private Haproxy(Process process, TemporaryFolder folder, int port) => (this.process, this.folder, Address) = (process, folder, new Uri($"http://127.0.0.1:{port}/"));

    public static string? Program { get; } = ((string[])["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"]).FirstOrDefault(File.Exists);

    public Uri Address { get; }

    public static async Task<Haproxy> StartAsync(Uri host)
    {
        var (folder, port) = (new TemporaryFolder(), ServerProcess.FreePort());
        // As it is shipped, but for where it listens, where the host is, Docker's names, and as many connections as this machine has files for.
        var text = (await File.ReadAllTextAsync(Repository.PathOf("deploy", "haproxy.cfg")))
            .Replace("bind :8080", $"bind 127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("maxconn 20000", "maxconn 1000", StringComparison.Ordinal)
            .Replace("bind :8404", $"bind 127.0.0.1:{ServerProcess.FreePort()}", StringComparison.Ordinal)
            .Replace(" resolvers docker init-addr libc,none", "", StringComparison.Ordinal);
        text = OtherServers().Replace(text.Replace("host-1:8080", host.Authority, StringComparison.Ordinal), "");
        var file = folder.File("haproxy.cfg");
        await File.WriteAllTextAsync(file, text);
        var process = Process.Start(new ProcessStartInfo(Program!, ["-db", "-f", file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var balancer = new Haproxy(process, folder, port);
        using var http = new HttpClient { BaseAddress = balancer.Address };
        await http.UntilAsync("api/server", answer => answer.Status == 200, orNone: true);
        return balancer;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Dispose();
    }

    [GeneratedRegex(@"^\s*server host-[23] .*$", RegexOptions.Multiline)]
    private static partial Regex OtherServers();
}
