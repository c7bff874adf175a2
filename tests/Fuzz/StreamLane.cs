using System.Net.Sockets;
using System.Text;
using Coordination.Fuzz.Description;
using Coordination.Fuzz.Generation;

namespace Coordination.Fuzz;

/// <summary>Somebody who opens streams that never end, sound ones and others, and goes away once they have begun.</summary>
internal sealed class StreamLane(ApiDocument document, FuzzOptions options, Uri server, FuzzReport report)
{
    public async Task RunAsync(int streams)
    {
        var dice = new Dice(unchecked(options.Seed + 99_999));
        foreach (var path in document.Operations.Where(operation => operation.Streams).Select(operation => operation.Path))
        {
            for (var number = 0; number < streams && !report.IsEnough; number++)
            {
                var topics = Enumerable.Range(0, dice.Of([0, 1, 3, 100, 101])).Select(i => $"topic={(dice.Chance(0.1) ? Uri.EscapeDataString(dice.Of(Hostile.Texts)) : $"parking-lots/place-{i}")}");
                var target = $"{path}?{string.Join('&', topics)}";
                var begun = await BeginAsync(target);
                report.CountFrame();
                if (begun is null || !(begun.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) || begun.StartsWith("HTTP/1.1 4", StringComparison.Ordinal)))
                    report.Fault($"stream {number}: {begun ?? "no answer"}\n{target}");
            }
        }
    }

    /// <summary>The first line of the answer; null when there is none.</summary>
    private async Task<string?> BeginAsync(string target)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var tcp = new TcpClient();
        try
        {
            await tcp.ConnectAsync(server.Host, server.Port, patience.Token);
            var authorization = options.Authorization is { } given ? $"Authorization: {given}\r\n" : "";
            await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: {server.Authority}\r\n{authorization}\r\n"), patience.Token);
            using var reader = new StreamReader(tcp.GetStream(), Encoding.Latin1);
            return await reader.ReadLineAsync(patience.Token);
        }
        catch (Exception none) when (none is OperationCanceledException or IOException)
        {
            return null;
        }
    }
}
