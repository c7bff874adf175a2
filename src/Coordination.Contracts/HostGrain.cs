using Orleans.Concurrency;

namespace Coordination.Contracts;

/// <summary>Speaks for one host. Keyed by the host's address; lives on that host.</summary>
public interface IHostGrain : IGrainWithStringKey
{
    /// <summary>Whether that host can write to this very store now.</summary>
    [AlwaysInterleave]
    Task<bool> CanReachStore(Guid identity);

    /// <summary>Places in the memory of that host; null while it takes none, because it is about to stop or cannot write.</summary>
    [AlwaysInterleave]
    Task<int?> CountPlaces();
}
