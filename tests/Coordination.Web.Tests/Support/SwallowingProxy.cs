using System.Net;
using System.Net.Sockets;

namespace Coordination.Web.Tests.Support;

/// <summary>
/// A way to a server on which bytes can vanish while every connection stays up, as behind a radio link that is gone. What was swallowed
/// once is lost: its connections stay dead.
/// </summary>
internal sealed class SwallowingProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri server;
    private readonly Task accepting;

    public SwallowingProxy(Uri server)
    {
        this.server = server;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public volatile bool Swallow;

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
                pairs.Add(CarryAsync(await listener.AcceptTcpClientAsync(end.Token)));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(server.Host, server.Port, end.Token);
                var dead = new Dead();
                await Task.WhenAny(PourAsync(near.GetStream(), far.GetStream(), dead), PourAsync(far.GetStream(), near.GetStream(), dead));
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or IOException)
            {
                // One of the sides went away.
            }
        }
    }

    private async Task PourAsync(NetworkStream from, NetworkStream to, Dead dead)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, end.Token) is > 0 and var read)
            {
                dead.Is |= Swallow;
                if (!dead.Is)
                    await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The connection is over.
        }
    }

    private sealed class Dead
    {
        public volatile bool Is;
    }
}
