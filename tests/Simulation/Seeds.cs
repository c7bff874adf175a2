using System.Collections.Concurrent;
using System.Globalization;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation;

/// <summary>Runs seeds, and knows those that once found something.</summary>
internal static class Seeds
{
    /// <summary>Runs seeds on all processors; each simulation has a thread of its own.</summary>
    /// <returns>What was found, by seed.</returns>
    public static IReadOnlyList<FaultFoundException> RunMany(IEnumerable<int> seeds, SimulationOptions options)
    {
        var found = new ConcurrentBag<FaultFoundException>();
        Parallel.ForEach(seeds, seed =>
        {
            try
            {
                Run.Seed(seed, options);
            }
            catch (FaultFoundException fault)
            {
                found.Add(fault);
            }
        });
        return [.. found.OrderBy(fault => fault.Seed)];
    }

    /// <summary>The seeds of <c>known-seeds.txt</c>: one per line, what follows <c>#</c> is a comment.</summary>
    public static IReadOnlyList<int> Known() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "known-seeds.txt"))
            .Select(line => line.Split('#')[0].Trim())
            .Where(line => line.Length > 0)
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture)),
    ];
}
