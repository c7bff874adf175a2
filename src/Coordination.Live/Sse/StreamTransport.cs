using System.Globalization;
using System.Text;
using Coordination.Live.Core;
using Coordination.Live.Notices;
using Coordination.Live.Relay;
using Microsoft.AspNetCore.Http;

namespace Coordination.Live.Sse;

/// <summary>Speaks to one event stream; <paramref name="ended"/> ends it.</summary>
internal sealed class StreamTransport(HttpContext context, EventStream stream, CancellationTokenSource ended) : ILiveTransport
{
    private const int RetryMs = 250;

    public ValueTask WriteAsync(SharedView view) => stream.WriteAsync(EventFrame.Of(view).Bytes);

    public ValueTask WriteAsync(FeedStatus status) => stream.WriteAsync(status.Frame);

    /// <summary>
    /// With a short wait of the stream itself: a client that only knows how to connect again when its stream ends has waited its turn
    /// by then.
    /// </summary>
    public ValueTask WriteGoodbyeAsync(TimeSpan wait) => stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"retry: {RetryMs}\nevent: goodbye\ndata: {{\"reconnectAfterMs\":{(int)wait.TotalMilliseconds}}}\n\n")));

    public ValueTask EndAsync()
    {
        Cancel();
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        Cancel();
        if (stream.Blocked > TimeSpan.Zero)
            context.Abort();
    }

    private void Cancel()
    {
        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The stream ended by itself a moment before.
        }
    }
}
