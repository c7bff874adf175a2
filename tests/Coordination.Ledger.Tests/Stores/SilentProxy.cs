using System.Net;
using System.Net.Sockets;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>
/// Stands before a Redis and can make the connections there are go silent, as a firewall does that forgot them: they stay open and carry
/// nothing any more, while new ones work.
/// </summary>
internal sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _generation;

    public SilentProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"redis://{_listener.LocalEndpoint}";

    /// <summary>From now on the connections there are carry nothing.</summary>
    public void Silence() => Interlocked.Increment(ref _generation);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            var generation = Volatile.Read(ref _generation);
            await far.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
            await Task.WhenAny(PumpAsync(near, far, generation), PumpAsync(far, near, generation));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // It ends.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, int generation)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _ending.Token) is > 0 and var count)
            {
                if (generation == Volatile.Read(ref _generation))
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _ending.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ends.
        }
    }
}
