using System.Security.Cryptography.X509Certificates;
using Coordination.Server.Hosting;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests.Hosting;

/// <summary>Which certificates make a host, and which files make a start.</summary>
public sealed class HostCertificatesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority = new("hosts");
    private readonly TestAuthority foreign = new("others");

    public void Dispose()
    {
        foreign.Dispose();
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Only_a_certificate_of_the_authority_for_both_ends_that_has_not_run_out_makes_a_host()
    {
        var certificates = Load(authority.Issue());
        Assert.True(Trusts(certificates, authority.Issue("another")));
        Assert.False(Trusts(certificates, foreign.Issue()));
        Assert.False(Trusts(certificates, authority.Issue(goodFor: TimeSpan.FromDays(-1))));
        Assert.False(Trusts(certificates, authority.Issue(purposes: TestAuthority.ServerAuthentication)));
        Assert.False(Trusts(certificates, authority.Issue(purposes: TestAuthority.ClientAuthentication)));
    }

    [Fact]
    public void A_renewed_certificate_and_another_authority_are_taken_and_what_cannot_be_used_is_not()
    {
        var certificates = Load(authority.Issue(goodFor: TimeSpan.FromDays(10)));
        Assert.False(certificates.Renew());
        Assert.InRange(certificates.Ends - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(9.9), TimeSpan.FromDays(10));

        // The key of another certificate, as between the writing of the one file and the other.
        var renewed = authority.Issue(goodFor: TimeSpan.FromDays(100));
        File.WriteAllText(folder.File("tls.crt"), renewed.Certificate);
        Assert.Throws<FormatException>(() => certificates.Renew());
        Assert.InRange(certificates.Ends - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(9.9), TimeSpan.FromDays(10));
        File.WriteAllText(folder.File("tls.key"), renewed.Key);
        Assert.True(certificates.Renew());
        Assert.InRange(certificates.Ends - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(99.9), TimeSpan.FromDays(100));

        // One authority after the other: both, then the new one alone.
        TestAuthority.Write(folder.Path, renewed, authority.Pem + "\n" + foreign.Pem);
        Assert.True(certificates.Renew());
        Assert.True(Trusts(certificates, authority.Issue()) && Trusts(certificates, foreign.Issue()));
        TestAuthority.Write(folder.Path, foreign.Issue(), foreign.Pem);
        Assert.True(certificates.Renew());
        Assert.False(Trusts(certificates, authority.Issue()));
        Assert.True(Trusts(certificates, foreign.Issue()));
    }

    [Fact]
    public void Files_that_make_no_host_are_told_at_the_start()
    {
        Assert.Contains("makes no host", Assert.Throws<FormatException>(() => Load(foreign.Issue())).Message, StringComparison.Ordinal);
        Assert.Contains("makes no host", Assert.Throws<FormatException>(() => Load(authority.Issue(goodFor: TimeSpan.FromDays(-1)))).Message, StringComparison.Ordinal);
        Assert.Contains("makes no host", Assert.Throws<FormatException>(() => Load(authority.Issue(purposes: TestAuthority.ServerAuthentication))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be used", Assert.Throws<FormatException>(() => Load(("no certificate", "no key"))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be used", Assert.Throws<FormatException>(() => Load((authority.Issue().Certificate, authority.Issue().Key))).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => new HostTlsSettings { CertificateFile = "a" }.IsOn);
        Assert.False(new HostTlsSettings { CertificateFile = "" }.IsOn);
    }

    [Theory]
    [InlineData(13, true)]
    [InlineData(15, false)]
    public async Task That_nobody_renews_a_certificate_is_told_two_weeks_before_its_end(int days, bool isTold)
    {
        var kept = new KeptLog();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(kept));
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var watch = new CertificateWatch(Load(authority.Issue()), time, factory.CreateLogger<CertificateWatch>());
        await watch.StartAsync(CancellationToken.None);
        TestAuthority.Write(folder.Path, authority.Issue(goodFor: TimeSpan.FromDays(days)), authority.Pem);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!kept.Lines.Any(line => line.StartsWith("The certificate of this host was renewed", StringComparison.Ordinal)))
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20, patience.Token);
        }
        await watch.StopAsync(CancellationToken.None); // After the look that it is at.
        Assert.Equal(isTold, kept.Lines.Any(line => line.StartsWith("ALARM: the certificate of this host ends at ", StringComparison.Ordinal)));
    }

    private HostCertificates Load((string, string) issued)
    {
        TestAuthority.Write(folder.Path, issued, authority.Pem);
        return new HostCertificates(new HostTlsSettings { CertificateFile = folder.File("tls.crt"), KeyFile = folder.File("tls.key"), AuthorityFile = folder.File("ca.crt") });
    }

    private static bool Trusts(HostCertificates certificates, (string Certificate, string) issued)
    {
        using var certificate = X509Certificate2.CreateFromPem(issued.Certificate);
        return certificates.Trusts(certificate);
    }
}
