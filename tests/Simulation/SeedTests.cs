using System.Globalization;

namespace Coordination.Simulation;

/// <summary>The product as it is shipped, in bad weather.</summary>
public sealed class SeedTests
{
    private const int Fixed = 2500;
    private const int Fresh = 1000;

    /// <summary>The seed to replay, from <c>SIMULATION_SEED</c>; null to run all.</summary>
    private static readonly int? Only = int.TryParse(
        Environment.GetEnvironmentVariable("SIMULATION_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed) ? seed : null;

    [Fact]
    public void Seeds_that_once_found_a_fault_find_none() => Expect(Only is { } only ? [only] : Seeds.Known());

    [Fact]
    public void The_same_seeds_as_always_find_no_fault() => Expect(Only is { } only ? [only] : Enumerable.Range(1, Fixed));

    [Fact]
    public void Seeds_that_never_ran_before_find_no_fault()
    {
        if (Only is { } only)
        {
            Expect([only]);
            return;
        }
        var random = new Random();
        Expect([.. Enumerable.Range(0, Fresh).Select(_ => random.Next(Fixed + 1, int.MaxValue))]);
    }

    [Fact]
    public void A_seed_gives_the_same_run_every_time()
    {
        for (var seed = 1; seed <= 25; seed++)
            Assert.Equal(Run.Seed(seed), Run.Seed(seed));
    }

    [Fact]
    public void Runs_do_something()
    {
        var results = Enumerable.Range(1, 200).Select(seed => Run.Seed(seed)).ToArray();
        Assert.True(results.Average(result => result.Acknowledged) > 10, "Too few commands and inputs are acknowledged.");
        Assert.True(results.Average(result => result.Events) > 10, "Too few events become durable.");
    }

    private static void Expect(IEnumerable<int> seeds)
    {
        var found = Seeds.RunMany(seeds, SimulationOptions.AsShipped);
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Take(5).Select(fault => fault.Message)));
    }
}
