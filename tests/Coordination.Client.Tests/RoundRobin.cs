using System.Net;
using System.Net.Sockets;

namespace Coordination.Client.Tests;

/// <summary>A balancer of plain TCP connections without any memory: each new one goes to the next host.</summary>
internal sealed class RoundRobin : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri[] hosts;
    private readonly Task accepting;
    private int next;

    public RoundRobin(params Uri[] hosts)
    {
        this.hosts = hosts;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pairs = new List<Task>();
        try
        {
            while (true)
                pairs.Add(CarryAsync(await listener.AcceptTcpClientAsync(end.Token), hosts[next++ % hosts.Length]));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task CarryAsync(TcpClient near, Uri host)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(host.Host, host.Port, end.Token);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), end.Token), far.GetStream().CopyToAsync(near.GetStream(), end.Token));
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or IOException)
            {
                // One of the sides went away.
            }
        }
    }
}
