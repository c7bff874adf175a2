using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coordination.Server.Tests.Support;

/// <summary>An authority that issues certificates, made for a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;

    public TestAuthority(string name)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        certificate = request.CreateSelfSigned(Now.AddDays(-60), Now.AddYears(10));
    }

    public string Pem => certificate.ExportCertificatePem();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Issues a certificate for this machine, by default one for both ends of a connection that is good for a year.</summary>
    public (string Certificate, string Key) Issue(string name = "host", TimeSpan? goodFor = null, params string[] purposes)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. (purposes.Length > 0 ? purposes : [ServerAuthentication, ClientAuthentication]).Select(purpose => new Oid(purpose))], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(certificate, Now.AddDays(-50), Now + (goodFor ?? TimeSpan.FromDays(365)), RandomNumberGenerator.GetBytes(8));
        return (issued.ExportCertificatePem(), own.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes a certificate, its key and the certificate of an authority into a folder, as <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c>.</summary>
    public static void Write(string folder, (string Certificate, string Key) issued, string authorities)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "tls.crt"), issued.Certificate);
        File.WriteAllText(Path.Combine(folder, "tls.key"), issued.Key);
        File.WriteAllText(Path.Combine(folder, "ca.crt"), authorities);
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}
