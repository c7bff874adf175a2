using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Coordination.Faults.Clients;

/// <summary>
/// Thousands of screens, each on a WebSocket of its own, that come back after a short random wait whenever they are cut off, to any host.
/// </summary>
internal sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<Uri> hosts;
    private readonly string[] places;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<HttpMessageInvoker> invokers = [];
    private readonly Task[] screens;
    private int watching;
    private int comings;

    public Crowd(int count, IReadOnlyList<Uri> hosts, string[] places, Func<int, IPAddress> from)
    {
        (this.hosts, this.places) = (hosts, places);
        var byAddress = new Dictionary<IPAddress, HttpMessageInvoker>();
        screens = new Task[count];
        for (var i = 0; i < count; i++)
        {
            var address = from(i);
            if (!byAddress.TryGetValue(address, out var invoker))
                byAddress.Add(address, invoker = From(address));
            var number = i;
            screens[i] = Task.Run(() => StayAsync(number, invoker));
        }
        invokers.AddRange(byAddress.Values);
    }

    /// <summary>How many are connected and have their view.</summary>
    public int Watching => Volatile.Read(ref watching);

    /// <summary>How often one came, for the first time or again.</summary>
    public int Comings => Volatile.Read(ref comings);

    /// <summary>Waits until all of them have their view, and for how long at most.</summary>
    public async Task<TimeSpan> AllAreThereAsync(TimeSpan patience)
    {
        var waiting = Stopwatch.StartNew();
        while (Watching < screens.Length)
        {
            if (waiting.Elapsed > patience)
                throw new TimeoutException($"{Watching} of {screens.Length} screens are there after {patience.TotalSeconds:F0} s.");
            await Task.Delay(50);
        }
        return waiting.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(screens);
        foreach (var invoker in invokers)
            invoker.Dispose();
        stopping.Dispose();
    }

    private static HttpMessageInvoker From(IPAddress address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(address, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    private async Task StayAsync(int number, HttpMessageInvoker invoker)
    {
        var random = new Random(number);
        for (var tries = number; !stopping.IsCancellationRequested; tries++)
        {
            try
            {
                await WatchAsync(hosts[tries % hosts.Count], places[number % places.Length], invoker);
            }
            catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                // Cut off, refused or not let in: to the next host.
            }
            await Task.Delay(LongestWait * random.NextDouble(), stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(Uri host, string place, HttpMessageInvoker invoker)
    {
        using var socket = new ClientWebSocket();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        patience.CancelAfter(Patience);
        await socket.ConnectAsync(new UriBuilder(new Uri(host, "live")) { Scheme = "ws" }.Uri, invoker, patience.Token);
        await SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e");
        await SendAsync($"{{\"type\":1,\"invocationId\":\"1\",\"target\":\"Watch\",\"arguments\":[[{JsonSerializer.Serialize(place)}]]}}\u001e");
        var buffer = new byte[4096];
        var there = false;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, there ? stopping.Token : patience.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    return;
                // The answer to Watch is the only completion there is; what comes after it is not read for its meaning.
                if (there || !Encoding.UTF8.GetString(buffer, 0, received.Count).Contains("\"type\":3", StringComparison.Ordinal))
                    continue;
                there = true;
                Interlocked.Increment(ref watching);
                Interlocked.Increment(ref comings);
            }
        }
        finally
        {
            if (there)
                Interlocked.Decrement(ref watching);
        }

        Task SendAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }
}
