using Orleans.Concurrency;

namespace Coordination.Contracts;

/// <summary>Speaks for one host. Keyed by the host's address; lives on that host.</summary>
public interface IHostGrain : IGrainWithStringKey
{
    /// <summary>Whether that host can write to the store now.</summary>
    [AlwaysInterleave]
    Task<bool> CanReachStore();

    /// <summary>Places in the memory of that host; null while it is about to stop, and takes none.</summary>
    [AlwaysInterleave]
    Task<int?> CountPlaces();
}
