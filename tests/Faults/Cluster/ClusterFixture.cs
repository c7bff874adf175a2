using Coordination.Faults.Network;

namespace Coordination.Faults.Cluster;

/// <summary>One cluster of three hosts that all tests of the collection share, one after the other: starting it takes many seconds.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private string? whyNot;
    private ClusterProcesses? cluster;

    /// <summary>The cluster; the test is skipped where there can be none.</summary>
    internal ClusterProcesses Cluster
    {
        get
        {
            Assert.SkipWhen(whyNot is not null, whyNot ?? "");
            return cluster!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        whyNot = await Lab.WhyNotAsync();
        if (whyNot is null)
            cluster = await ClusterProcesses.StartAsync(3, null, "--drain-seconds", "2");
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
    }
}

/// <summary>Tests that share the cluster run alone: they measure times.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}
