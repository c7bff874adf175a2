using Orleans.Concurrency;

namespace Coordination.LoadTests.Silo;

/// <summary>The opponent of a place: a grain that does nothing, reentrant like a place.</summary>
public interface IBareGrain : IGrainWithStringKey
{
    /// <summary>Adds a number; nothing is kept.</summary>
    [AlwaysInterleave]
    Task<long> Add(int number);
}

[Reentrant]
internal sealed class BareGrain : Grain, IBareGrain
{
    private long sum;

    public Task<long> Add(int number) => Task.FromResult(sum += number);
}
