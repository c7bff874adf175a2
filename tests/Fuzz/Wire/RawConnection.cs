using System.Net.Sockets;

namespace Coordination.Fuzz.Wire;

/// <summary>How a pipeline of requests ended.</summary>
/// <param name="Answers">Answers in order, fewer than requests when the connection was closed before.</param>
/// <param name="Fault">What came that is no HTTP, or that nothing came for so long; null when the connection was closed or all were answered.</param>
internal sealed record Exchange(IReadOnlyList<FuzzAnswer> Answers, string? Fault);

/// <summary>A kept-alive connection on which requests are sent one behind the other without waiting.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient tcp;
    private readonly NetworkStream stream;
    private readonly AnswerReader reader;

    private RawConnection(TcpClient tcp)
    {
        this.tcp = tcp;
        stream = tcp.GetStream();
        reader = new AnswerReader(stream);
    }

    /// <summary>How long an answer may take on a busy machine.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public static async Task<RawConnection> OpenAsync(Uri server)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(server.Host, server.Port);
        return new RawConnection(tcp);
    }

    /// <summary>Sends all and reads an answer for each.</summary>
    public async Task<Exchange> ExchangeAsync(IReadOnlyList<FuzzRequest> requests)
    {
        using var patience = new CancellationTokenSource(Patience);
        var sending = SendAsync(requests, patience.Token);
        var answers = new List<FuzzAnswer>();
        string? fault = null;
        try
        {
            while (answers.Count < requests.Count && await reader.ReadAsync(requests[answers.Count].Method, patience.Token) is { } answer)
            {
                answers.Add(answer);
                if (answer.ClosesConnection)
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            fault = $"no answer for {Patience.TotalSeconds:F0} s";
        }
        catch (InvalidDataException nonsense)
        {
            fault = nonsense.Message;
        }
        catch (EndOfStreamException broken)
        {
            fault = broken.Message;
        }
        catch (IOException)
        {
            // Cut off.
        }
        if (answers.Count < requests.Count)
            tcp.Close(); // So that what is still being sent ends, too.
        await sending;
        return new Exchange(answers, fault);
    }

    public void Dispose() => tcp.Dispose();

    private async Task SendAsync(IReadOnlyList<FuzzRequest> requests, CancellationToken stop)
    {
        try
        {
            var all = new MemoryStream();
            foreach (var request in requests)
                all.Write(request.Bytes);
            await stream.WriteAsync(all.GetBuffer().AsMemory(0, (int)all.Length), stop);
            if (requests[^1] is { Standing: Standing.Broken, IsLast: true })
                tcp.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server has had enough of it; its answer says why.
        }
    }
}
