using Coordination.Contracts.Identity;
using Coordination.Contracts.Live;
using Coordination.Live.Relay;

namespace Coordination.Server.Identity;

/// <summary>The places, and one's own account, as topics.</summary>
internal sealed class LiveTopics(IGrainFactory grains) : ITopicGrains
{
    private readonly PlaceTopics places = new(grains);

    /// <inheritdoc/>
    public bool IsTopic(string? topic) => places.IsTopic(topic) || (topic is not null && SubjectPath.IsAccount(topic));

    /// <inheritdoc/>
    public IWatchable Get(string topic) => SubjectPath.IsAccount(topic)
        ? grains.GetGrain<IAccountGrain>(topic["accounts/".Length..]).AsReference<IWatchable>()
        : places.Get(topic);

    /// <inheritdoc/>
    public IViewObserver Publish(IViewObserver observer) => places.Publish(observer);
}
