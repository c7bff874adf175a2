using System.Net;
using System.Net.Sockets;

namespace Coordination.Faults.Cluster;

/// <summary>
/// The plainest load balancer there is: passes each connection on to the next host in turn that says it is ready, and knows nothing of
/// what is said on it. With it, nothing can depend on a client coming back to the same host.
/// </summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly IReadOnlyList<Uri> hosts;
    private readonly TcpListener listener;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(1) };
    private readonly CancellationTokenSource stopping = new();
    private readonly bool[] ready;
    private readonly Task working;
    private int next;

    public LoadBalancer(IPAddress address, IReadOnlyList<Uri> hosts)
    {
        this.hosts = hosts;
        ready = new bool[hosts.Count];
        listener = new TcpListener(address, 0);
        listener.Start();
        Address = new Uri($"http://{listener.LocalEndpoint}/");
        working = Task.WhenAll([AcceptAsync(), .. hosts.Select((_, host) => AskAsync(host))]);
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Dispose();
        stopping.Dispose();
    }

    private async Task AskAsync(int host)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(hosts[host], "health/ready"), stopping.Token);
                Volatile.Write(ref ready[host], answer.StatusCode == HttpStatusCode.OK);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                Volatile.Write(ref ready[host], false);
            }
            await Task.Delay(Period, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(stopping.Token);
            _ = PassOnAsync(client);
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using (client)
        {
            if (NextHost() is not { } host)
                return;
            using var server = new TcpClient { NoDelay = true };
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(host.Host, host.Port, stopping.Token);
                using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                var (there, back) = (CopyAsync(client, server, over.Token), CopyAsync(server, client, over.Token));
                await Task.WhenAny(there, back);
                await over.CancelAsync();
                await Task.WhenAll(there, back);
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two is gone; the other hears of it by the connection that ends.
            }
        }
    }

    private static Task CopyAsync(TcpClient from, TcpClient to, CancellationToken cancellation) =>
        from.GetStream().CopyToAsync(to.GetStream(), cancellation);

    private Uri? NextHost()
    {
        for (var tries = 0; tries < hosts.Count; tries++)
        {
            var host = (int)((uint)Interlocked.Increment(ref next) % (uint)hosts.Count);
            if (Volatile.Read(ref ready[host]))
                return hosts[host];
        }
        return null;
    }
}
