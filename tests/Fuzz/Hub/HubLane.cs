using System.Text;
using Coordination.Fuzz.Description;
using Coordination.Fuzz.Generation;

namespace Coordination.Fuzz.Hub;

/// <summary>Somebody who says to the hub whatever comes to mind, and asks a sound question after each: it is answered, or the hub hangs up.</summary>
/// <param name="isBinary">MessagePack; JSON otherwise.</param>
internal sealed class HubLane(bool isBinary, ApiDocument document, FuzzOptions options, Uri server, DateTimeOffset start, FuzzReport report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task RunAsync(int frames)
    {
        var dice = new Dice(unchecked(options.Seed + (isBinary ? 77_777 : 55_555)));
        var source = new HubFrames(dice, new WildJson(document, dice, start), document.HubMethods);
        HubSocket? socket = null;
        for (var number = 0; number < frames && !report.IsEnough; number++)
        {
            if (socket is not { IsOpen: true })
            {
                socket?.Dispose();
                socket = await HubSocket.OpenAsync(server, isBinary, options.Authorization);
            }
            var (frame, probe) = (source.Next(isBinary), $"probe-{number}-");
            report.CountFrame();
            await socket.SayAsync(frame, isBinary);
            if (isBinary && !HubFrames.IsWhole(frame))
            {
                // The hub waits for the rest, and would take the question for it.
                socket.Dispose();
                continue;
            }
            await socket.SayAsync(HubFrames.Probe(probe, isBinary), isBinary);
            var heard = await socket.HearAsync(probe, Patience, HubFrames.Ping(isBinary), isBinary);
            if (Fault(heard) is { } fault)
            {
                report.Fault($"hub ({(isBinary ? "MessagePack" : "JSON")}), frame {number}: {fault}\n{Encoding.Latin1.GetString(frame, 0, Math.Min(frame.Length, 1000))}\n{Convert.ToHexString(frame, 0, Math.Min(frame.Length, 200))}\n{heard}");
                socket.Dispose();
            }
        }
        socket?.Dispose();
    }

    /// <summary>What is wrong with what was heard; null when nothing is.</summary>
    internal static string? Fault(string? heard) => heard switch
    {
        null => "neither an answer nor the end of the connection",
        _ when heard.Contains("An unexpected error occurred invoking", StringComparison.Ordinal) && !heard.Contains("HubException: ", StringComparison.Ordinal) => "an exception that nobody expected",
        _ when heard.Contains("   at ", StringComparison.Ordinal) => "a stack in an answer",
        _ => null,
    };
}
