namespace Coordination.Client;

/// <summary>
/// The addresses of the hosts of one cluster. One is used until it fails, then the next; the first is chosen at random, so that many
/// clients spread over the hosts. Thread-safe.
/// </summary>
internal sealed class ServerRing
{
    private readonly Uri[] servers;
    private int current;

    /// <exception cref="ArgumentException">None, or one that is not absolute.</exception>
    public ServerRing(IEnumerable<Uri> servers)
    {
        this.servers = [.. servers.Select(server => server.IsAbsoluteUri
            ? new Uri(server.AbsoluteUri.TrimEnd('/') + "/")
            : throw new ArgumentException($"'{server}' is not an absolute address.", nameof(servers)))];
        if (this.servers.Length == 0)
            throw new ArgumentException("Name at least one server.", nameof(servers));
        current = Random.Shared.Next(this.servers.Length);
    }

    /// <summary>How many there are: nobody gives up before each was tried.</summary>
    public int Count => servers.Length;

    public Uri Current => servers[Volatile.Read(ref current)];

    /// <summary>Uses the next one from now on, unless somebody else moved on from this one already.</summary>
    public void MoveOn(Uri from)
    {
        var index = Array.IndexOf(servers, from);
        Interlocked.CompareExchange(ref current, (index + 1) % servers.Length, index);
    }

    /// <summary>
    /// How long to wait before the next attempt. While others are still untried hardly at all: what one host asked for says nothing
    /// about the next.
    /// </summary>
    /// <param name="retry">The waits between rounds over all hosts.</param>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="retryAfter">What the last host asked for.</param>
    public TimeSpan DelayAfter(RetryPolicy retry, int failures, TimeSpan? retryAfter = null) => failures % servers.Length != 0
        ? retry.DelayAfter(1, null, Random.Shared.NextDouble())
        : retry.DelayAfter(failures / servers.Length, retryAfter, Random.Shared.NextDouble());
}
