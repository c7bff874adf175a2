namespace Coordination.Server.Hosting;

/// <summary>
/// Mutual TLS between the hosts of a cluster, section <c>Coordination:Cluster:Tls</c>: three PEM files, all or none of them. They are read again
/// while the host runs, so that a certificate is renewed by putting another one in its place.
/// </summary>
public sealed class HostTlsSettings
{
    /// <summary>The certificate of this host, good for both ends of a connection (server and client authentication).</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Its private key, not encrypted.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// The authority whose certificates make a host, and what is between it and them; several while one takes the place of another. Whoever has
    /// a certificate of it can do everything a host can, so it issues them to hosts of this cluster and to nobody else.
    /// </summary>
    public string? AuthorityFile { get; set; }

    /// <summary>Whether hosts speak TLS to each other.</summary>
    /// <exception cref="FormatException">Some of the files are named and some are not.</exception>
    public bool IsOn
    {
        get
        {
            var named = new[] { CertificateFile, KeyFile, AuthorityFile }.Count(file => !string.IsNullOrEmpty(file));
            return named is 0 or 3
                ? named == 3
                : throw new FormatException("Coordination:Cluster:Tls names all of CertificateFile, KeyFile and AuthorityFile, or none of them.");
        }
    }
}
