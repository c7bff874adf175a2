using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Coordination.Server.Tests.Accounts;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Defence;

/// <summary>HTTPS of a host itself, for the way between it and the proxy.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority = new("web");

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_host_serves_HTTPS_by_settings_alone_and_takes_a_renewed_certificate_while_it_runs()
    {
        var (port, secure) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        TestAuthority.Write(folder.Path, authority.Issue("first"), authority.Pem);
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Address = new Uri($"http://127.0.0.1:{port}/"),
            Environment = new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Http__Url"] = $"http://127.0.0.1:{port}",
                ["Kestrel__Endpoints__Https__Url"] = $"https://127.0.0.1:{secure}",
                ["Kestrel__Endpoints__Https__Certificate__Path"] = folder.File("tls.crt"),
                ["Kestrel__Endpoints__Https__Certificate__KeyPath"] = folder.File("tls.key"),
            },
        });
        using var proxy = new HttpClient(new SocketsHttpHandler { UseCookies = false, SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => IsOurs(shown) } })
        {
            BaseAddress = new Uri($"https://127.0.0.1:{secure}/"),
        };
        Assert.Equal(200, (await proxy.Get("health/ready")).Status);
        var registered = await proxy.Post("api/accounts", """{ "userName": "li", "password": "lotus under the bridge", "displayName": "李秀兰" }""");
        Assert.Equal(201, registered.Status);
        HostCookie.AssertAll(registered); // It is known to be encrypted, also on this machine.
        Assert.Equal("CN=first", await SubjectAsync(secure));

        // The key first: Kestrel looks for a change of the certificate.
        var (certificate, key) = authority.Issue("second");
        await File.WriteAllTextAsync(folder.File("tls.key"), key, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("tls.crt"), certificate, TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await SubjectAsync(secure) != "CN=second")
            await Task.Delay(100, patience.Token);
        Assert.Equal(200, (await proxy.Get("health/ready")).Status);
    }

    private bool IsOurs(X509Certificate? shown)
    {
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authority.Pem);
        return shown is X509Certificate2 certificate && chain.Build(certificate);
    }

    /// <summary>Whose certificate the port shows; null while Kestrel opens it anew with another one.</summary>
    private static async Task<string?> SubjectAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
        }
        catch (SocketException)
        {
            return null;
        }
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls.RemoteCertificate!.Subject;
    }
}
