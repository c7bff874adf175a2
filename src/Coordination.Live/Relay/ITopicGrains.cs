using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;

namespace Coordination.Live.Relay;

/// <summary>What stands behind the topics.</summary>
public interface ITopicGrains
{
    /// <summary>Whether a text is the form of a topic; says nothing of whether the place exists.</summary>
    bool IsTopic(string? topic);

    /// <summary>The grain behind a topic. Makes no call.</summary>
    /// <exception cref="ArgumentException">Not a topic.</exception>
    IWatchable Get(string topic);

    /// <summary>Makes an object reachable for grains on other hosts; the object is held weakly, so the caller keeps it.</summary>
    IViewObserver Publish(IViewObserver observer);
}

/// <summary>The places as topics: <c>parking-lots/{id}</c>, <c>scenic-areas/{id}</c>, <c>communities/{id}</c>.</summary>
public sealed class PlaceTopics(IGrainFactory grains) : ITopicGrains
{
    /// <inheritdoc/>
    public bool IsTopic(string? topic) => PlaceId.TryParse(topic, out _);

    /// <inheritdoc/>
    public IWatchable Get(string topic)
    {
        if (!PlaceId.TryParse(topic, out var place))
            throw new ArgumentException($"'{topic}' is not a topic.", nameof(topic));
        return place.Kind switch
        {
            PlaceKind.ParkingLot => grains.GetGrain<IParkingLotGrain>(place.Slug),
            PlaceKind.ScenicArea => grains.GetGrain<IScenicAreaGrain>(place.Slug),
            PlaceKind.Community => grains.GetGrain<ICommunityGrain>(place.Slug),
            _ => throw new ArgumentException($"Nothing stands behind '{topic}'.", nameof(topic)),
        };
    }

    /// <inheritdoc/>
    public IViewObserver Publish(IViewObserver observer) => grains.CreateObjectReference<IViewObserver>(observer);
}
