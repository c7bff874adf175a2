using System.Threading.Channels;
using Coordination.Contracts.Live;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Grains.Tests;

/// <summary>A relay that writes down what it is told.</summary>
internal sealed class WatchingRelay : IViewObserver
{
    private readonly Channel<LiveView> views = Channel.CreateUnbounded<LiveView>();

    public Task OnView(LiveView view)
    {
        views.Writer.TryWrite(view);
        return Task.CompletedTask;
    }

    /// <summary>The next view that has all of <paramref name="parts"/>; the clock goes on meanwhile, for views are sent by it. Fails when none comes in 30 s.</summary>
    public async Task<string> NextAsync(FakeTimeProvider time, params string[] parts)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            soon.CancelAfter(TimeSpan.FromMilliseconds(20));
            try
            {
                var json = System.Text.Encoding.UTF8.GetString((await views.Reader.ReadAsync(soon.Token)).Json.Span);
                if (parts.All(part => json.Contains(part, StringComparison.Ordinal)))
                    return json;
            }
            catch (OperationCanceledException) when (!limit.IsCancellationRequested)
            {
                time.Advance(ViewPublisher.Gap);
            }
        }
    }

    public List<LiveView> Drain()
    {
        var all = new List<LiveView>();
        while (views.Reader.TryRead(out var view))
            all.Add(view);
        return all;
    }
}
