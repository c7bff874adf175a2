using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using StackExchange.Redis;

namespace Coordination.Server.Hosting;

/// <summary>
/// What this host shows to other hosts, and whom of them it believes: who has a certificate of the configured authority, made for both ends
/// of a connection. Names are not looked at, since hosts find each other by addresses that change.
/// </summary>
internal sealed class HostCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly HostTlsSettings files;
    private volatile Material current;

    /// <exception cref="FormatException">The files hold no certificate, key or authority, or such as do not fit each other, or one that has run out.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public HostCertificates(HostTlsSettings files)
    {
        this.files = files;
        current = Read(null)!;
    }

    /// <summary>Until when others believe this host.</summary>
    public DateTimeOffset Ends => current.Own.NotAfter.ToUniversalTime();

    /// <summary>Reads the files again; true when they hold something else. When they cannot be used, what was there before stays.</summary>
    /// <exception cref="FormatException">As at the start; also for a moment while one file is new and another is not yet.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public bool Renew()
    {
        if (Read(current.Text) is not { } newer)
            return false;
        current = newer;
        return true;
    }

    /// <summary>Whether a certificate makes a host of this cluster.</summary>
    public bool Trusts(X509Certificate2 peer) => Fault(peer, current.Authorities) is null;

    /// <summary>Asks for them at each connection, so that a renewed certificate is used by the next one.</summary>
    public void Configure(TlsOptions tls)
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.LocalServerCertificateSelector = (_, _) => current.Own;
        tls.LocalClientCertificateSelector = (_, _, _, _, _) => current.Own;
        tls.RemoteCertificateValidation = (certificate, _, _) => Trusts(certificate);
        tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = "coordination";
    }

    /// <summary>
    /// A Redis that asks for a certificate is shown the same one. It may have one of the authority of the hosts itself, or of one that the
    /// system knows, with its name.
    /// </summary>
    public void Configure(ConfigurationOptions redis)
    {
        redis.CertificateSelection += (_, _, _, _, _) => current.Own;
        redis.CertificateValidation += (_, certificate, _, errors) => errors is SslPolicyErrors.None || (certificate is X509Certificate2 shown && Trusts(shown));
    }

    private Material? Read(string? known)
    {
        var (certificate, key, authority) = (File.ReadAllText(files.CertificateFile!), File.ReadAllText(files.KeyFile!), File.ReadAllText(files.AuthorityFile!));
        var text = string.Join('\n', certificate, key, authority);
        if (text == known)
            return null;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(authority);
            var own = X509Certificate2.CreateFromPem(certificate, key);
            return Fault(own, authorities) is { } fault
                ? throw new FormatException($"The certificate in {files.CertificateFile} makes no host by {files.AuthorityFile}: {fault}")
                : new Material(text, own, authorities);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            throw new FormatException($"Coordination:Cluster:Tls cannot be used ({files.CertificateFile}, {files.KeyFile}, {files.AuthorityFile}): {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Why a certificate makes no host; null when it does.</summary>
    private static string? Fault(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // An authority of hosts alone takes one back by making way for another.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate) ? null : string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
    }

    /// <param name="Text">All files, to tell whether they have changed.</param>
    /// <param name="Own">With its key.</param>
    /// <param name="Authorities">Roots, and what is between them and the hosts.</param>
    private sealed record Material(string Text, X509Certificate2 Own, X509Certificate2Collection Authorities);
}
