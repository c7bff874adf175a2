using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Hosting;

/// <summary>Real hosts that show each other certificates.</summary>
public sealed class HostTlsTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["Coordination__Privacy__HashKeys"] = $"h1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
        ["Coordination__Privacy__MasterKeys"] = $"m1={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
    };

    private readonly TestAuthority authority = new("hosts");
    private readonly TestAuthority foreign = new("others");
    private readonly TemporaryFolder folder = new();
    private readonly List<ServerProcess> hosts = [];
    private RedisProcess redis = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
        redis = await RedisProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
        await redis.DisposeAsync();
        folder.Dispose();
        foreign.Dispose();
        authority.Dispose();
    }

    [Fact]
    public async Task Hosts_with_certificates_of_one_authority_make_a_cluster_and_no_other_host_gets_in()
    {
        var (siloPort, gatewayPort) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        var first = Host("first", authority, "--silo-port", $"{siloPort}", "--gateway-port", $"{gatewayPort}");
        await first.StartAgainAsync(TestContext.Current.CancellationToken);
        // On the ports between hosts there is nothing for who has no certificate.
        foreach (var port in (int[])[siloPort, gatewayPort])
        {
            Assert.Equal("CN=host", await SubjectAsync(port));
            Assert.False(await IsLetInAsync(port, null));
            Assert.False(await IsLetInAsync(port, foreign.Issue()));
            Assert.True(await IsLetInAsync(port, authority.Issue()));
        }

        // A host that others do not believe does not get in, nor does one that speaks no TLS.
        foreach (var (name, issuer) in ((string, TestAuthority?)[])[("foreign", foreign), ("plain", null)])
        {
            var refused = Signal(first, "Authentication failed");
            var stranger = Host(name, issuer);
            stranger.Launch();
            await refused.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            Assert.False(await IsReadyAsync(stranger));
            await stranger.KillAsync();
        }

        // The twin: the same with a certificate of the authority.
        var second = Host("second", authority);
        await second.StartAgainAsync(TestContext.Current.CancellationToken);
        var edge = Host("edge", authority, "--role", "edge");
        await edge.StartAgainAsync(TestContext.Current.CancellationToken);
        var http = (Edge: DocumentedProblems.Client(edge.Address), First: DocumentedProblems.Client(first.Address), Second: DocumentedProblems.Client(second.Address));
        for (var number = 0; number < 8; number++)
        {
            var lot = $"api/parking-lots/lot-{number}";
            Assert.Equal(201, (await http.Edge.Put(lot, """{ "name": "停车场", "capacity": 100 }""")).Status);
            await http.First.ReadingAsync(lot, 1, 7);
            Assert.Equal(7, (int)(await http.Second.Get(lot))["occupied"]!);
        }

        // Another certificate in the place of the first is used without a restart.
        var renewed = Signal(first, "was renewed");
        TestAuthority.Write(folder.File("first"), authority.Issue("renewed"), authority.Pem);
        await renewed.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal("CN=renewed", await SubjectAsync(siloPort));
        Assert.Equal("CN=renewed", await SubjectAsync(gatewayPort));
    }

    [Fact]
    public async Task A_Redis_that_asks_for_certificates_is_shown_that_of_the_host()
    {
        var secure = ServerProcess.FreePort();
        TestAuthority.Write(folder.File("redis"), authority.Issue("redis"), authority.Pem);
        await using var asking = await RedisProcess.StartAsync(
            new Dictionary<string, string>
            {
                ["tls-port"] = $"{secure}",
                ["tls-cert-file"] = Path.Combine(folder.File("redis"), "tls.crt"),
                ["tls-key-file"] = Path.Combine(folder.File("redis"), "tls.key"),
                ["tls-ca-cert-file"] = Path.Combine(folder.File("redis"), "ca.crt"),
                ["tls-auth-clients"] = "yes",
            },
            TestContext.Current.CancellationToken);
        // The twin: without a certificate, or with another one, there is no store.
        foreach (var (name, issuer) in ((string, TestAuthority?)[])[("foreign", foreign), ("plain", null)])
        {
            var stranger = At($"rediss://127.0.0.1:{secure}", name, issuer);
            var refused = Signal(stranger, "coordination: ");
            stranger.Launch();
            await refused.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Assert.False(await IsReadyAsync(stranger));
            await stranger.KillAsync();
        }
        var host = At($"rediss://127.0.0.1:{secure}", "host", authority);
        await host.StartAgainAsync(TestContext.Current.CancellationToken);
        using var http = DocumentedProblems.Client(host.Address);
        Assert.Equal(201, (await http.Put("api/parking-lots/a", """{ "name": "停车场", "capacity": 100 }""")).Status);
    }

    private ServerProcess Host(string name, TestAuthority? issuer, params string[] arguments) => At(redis.Url, name, issuer, arguments);

    private ServerProcess At(string url, string name, TestAuthority? issuer, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(Keys);
        if (issuer is not null)
        {
            TestAuthority.Write(folder.File(name), issuer.Issue(), issuer.Pem);
            environment["Coordination__Cluster__Tls__CertificateFile"] = Path.Combine(folder.File(name), "tls.crt");
            environment["Coordination__Cluster__Tls__KeyFile"] = Path.Combine(folder.File(name), "tls.key");
            environment["Coordination__Cluster__Tls__AuthorityFile"] = Path.Combine(folder.File(name), "ca.crt");
        }
        var host = ServerProcess.Create(new ServerProcessOptions
        {
            Environment = environment,
            Arguments = ["--cluster", url, "--advertise", "127.0.0.1", "--drain-seconds", "0", .. arguments],
        });
        hosts.Add(host);
        return host;
    }

    /// <summary>Done when a host writes a line with a text.</summary>
    private static Task Signal(ServerProcess host, string text)
    {
        var seen = new TaskCompletionSource();
        host.LineWritten = line =>
        {
            if (line.Contains(text, StringComparison.Ordinal))
                seen.TrySetResult();
        };
        return seen.Task;
    }

    private static async Task<bool> IsReadyAsync(ServerProcess host)
    {
        try
        {
            using var ready = await host.Http.GetAsync("health/ready");
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Whose certificate a port shows.</summary>
    private static async Task<string> SubjectAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("coordination");
        return tls.RemoteCertificate!.Subject;
    }

    /// <summary>Whether a connection with a certificate, or with none, stays open. One that is refused is ended by the other side.</summary>
    private static async Task<bool> IsLetInAsync(int port, (string Certificate, string Key)? shown)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        try
        {
            using var certificate = shown is { } pem ? X509Certificate2.CreateFromPem(pem.Certificate, pem.Key) : null;
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "coordination", ClientCertificates = certificate is null ? null : [certificate] });
            // In TLS 1.3 the refusal comes after the handshake. Who is let in waits in vain for a word: the host waits as well.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            return await tls.ReadAsync(new byte[1], patience.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
