using System.Buffers;
using Coordination.Contracts.Live;
using Coordination.Ledger;
using Orleans.Runtime.Placement;

namespace Coordination.Grains;

/// <summary>How a place goes to another host and comes from one, and how it learns that another has taken its place.</summary>
public abstract partial class EventSourcedGrain<TState, TCommand, TEvent>
{
    private const string MovedVersion = "coordination.version";
    private const string MovedState = "coordination.state";
    private const string MovedObservers = "coordination.observers";

    /// <summary>Comes from another host with its state: what it does not bring it reads from the store, as always.</summary>
    public void OnRehydrate(IRehydrationContext context)
    {
        if (context.TryGetValue<long>(MovedVersion, out var version) && context.TryGetBytes(MovedState, out var state))
            moved = new StreamSnapshot(version, state.ToArray());
        OnArrive(context);
        if (!context.TryGetValue<IViewObserver[]>(MovedObservers, out var observers) || observers is null)
            return;
        foreach (var observer in observers)
            Watchers.Add(observer);
    }

    /// <summary>Takes what <see cref="OnLeave"/> gave along.</summary>
    protected virtual void OnArrive(IRehydrationContext context)
    {
    }

    /// <summary>Gives along what is in memory only, when the place moves to another host.</summary>
    protected virtual void OnLeave(IDehydrationContext context)
    {
    }

    /// <summary>Goes to another host with its state and those who watch it: nothing has to be read there, and no screen has to ask again.</summary>
    public void OnDehydrate(IDehydrationContext context)
    {
        context.TryAddValue(MovedObservers, Watchers.Observers);
        OnLeave(context);
        if (moved is null)
            return;
        context.TryAddValue(MovedVersion, moved.Version);
        context.AddBytes(MovedState, moved.Payload.Span);
    }

    private void MoveTo(SiloAddress host)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, host);
        MigrateOnIdle();
    }

    private void NoteEpoch(long epoch)
    {
        stream.NoteEpoch(epoch);
        if (!stream.IsFenced)
            return;
        LogFenced(Path, Epoch);
        DeactivateOnIdle();
    }

    /// <summary>The last thing that becomes of an activation, also of one that never was active.</summary>
    public void Dispose()
    {
        ledger.Active.Remove(activation);
        activation.Leave();
        GC.SuppressFinalize(this);
    }
}
