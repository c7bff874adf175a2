using Coordination.Contracts.Live;
using Coordination.Domain;
using Coordination.Ledger;
using Microsoft.Extensions.Logging;

namespace Coordination.Grains;

/// <summary>A place as a grain: a stream that acts on its deadlines and shows its committed views to who watches it.</summary>
public abstract class PlaceGrain<TState, TCommand, TEvent> : EventSourcedGrain<TState, TCommand, TEvent>, IWatchable
{
    protected PlaceGrain(
        PlaceLedger ledger, PlaceKind kind, IGrainContext context, IStreamModel<TState, TCommand, TEvent, Rejection> model, ILogger logger)
        : this(ledger, new PlaceId(kind, context.GrainId.Key.ToString()!), model, logger)
    {
    }

    private PlaceGrain(PlaceLedger ledger, PlaceId place, IStreamModel<TState, TCommand, TEvent, Rejection> model, ILogger logger)
        : base(ledger, place.ToString(), model, logger) => Place = place;

    protected PlaceId Place { get; }

    protected sealed override Rejection NotThere => Rejection.NotFound(Place);

    protected abstract override LiveView? CurrentView();

    protected abstract override void OnPublish();

    public async Task<LiveView?> Watch(IViewObserver observer)
    {
        Watchers.Add(observer);
        await EnsureReadableAsync();
        await OnWatchedAsync();
        return CurrentView();
    }

    public Task Unwatch(IViewObserver observer)
    {
        Watchers.Remove(observer);
        return Task.CompletedTask;
    }

    /// <summary>A relay has asked for the view again.</summary>
    protected virtual Task OnWatchedAsync() => Task.CompletedTask;
}
