using System.Net.Sockets;
using System.Text;

namespace Coordination.Server.Tests.Support;

/// <summary>A request byte for byte, as no client library would send it.</summary>
internal static class RawHttp
{
    /// <summary>Sends and returns what comes back until the server closes the connection.</summary>
    public static async Task<string> AskAsync(Uri address, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port, patience.Token);
        var stream = tcp.GetStream();
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
            for (int read; (read = await stream.ReadAsync(buffer, patience.Token)) > 0;)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Refused while it was still being sent.
        }
        return answer.ToString();
    }

    /// <summary>A GET that closes the connection afterwards.</summary>
    public static Task<string> GetAsync(Uri address, string target, string headers = "") =>
        AskAsync(address, $"GET {target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n{headers}\r\n");
}
