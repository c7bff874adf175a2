using Coordination.Contracts.Live;

namespace Coordination.Live.Relay;

/// <summary>
/// Where the grains put their views: the newest per topic, until the relay takes them. Putting one never waits, so a busy relay
/// holds up no grain, and keeps one view per topic however many come.
/// </summary>
internal sealed class ViewInbox(Action wake) : IViewObserver
{
    private readonly Lock _gate = new();
    private Dictionary<string, LiveView> _newest = new(StringComparer.Ordinal);
    private Dictionary<string, LiveView> _taken = new(StringComparer.Ordinal);

    public Task OnView(LiveView view)
    {
        lock (_gate)
        {
            if (view.IsNewerThan(_newest.GetValueOrDefault(view.Topic)))
                _newest[view.Topic] = view;
        }

        wake();
        return Task.CompletedTask;
    }

    /// <summary>Everything put since the last call; good until the next call. For one caller only.</summary>
    public IReadOnlyCollection<LiveView> TakeAll()
    {
        _taken.Clear();
        lock (_gate)
            (_newest, _taken) = (_taken, _newest);
        return _taken.Values;
    }
}
