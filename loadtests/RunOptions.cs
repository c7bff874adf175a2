using Coordination.LoadTests.Scenarios;

namespace Coordination.LoadTests;

/// <summary>What to measure and how long.</summary>
/// <param name="Scenario">Name of a scenario, or <c>all</c>.</param>
/// <param name="JsonPath">Where to write the figures as JSON; null writes none.</param>
/// <param name="Quick">Shorter and fewer rounds: to see that everything works, not to publish.</param>
internal sealed record RunOptions(string Scenario, string? JsonPath, bool Quick)
{
    public static string Usage =>
        $"usage: dotnet run -c Release --project loadtests -- [--scenario all|{string.Join('|', Catalogue.Names)}] [--json FILE] [--quick]";

    /// <summary>A quick run has fewer rounds, a full one more: the median of few is worth little on a machine with other work.</summary>
    public int Rounds(int full) => Quick ? Math.Min(2, full) : full;

    /// <summary>How long one measurement lasts.</summary>
    public TimeSpan Lasting(double seconds) => TimeSpan.FromSeconds(Quick ? Math.Min(seconds, 0.7) : seconds);

    public static RunOptions? TryParse(string[] args, out string? problem)
    {
        var options = new RunOptions("all", null, false);
        problem = null;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--scenario" when i + 1 < args.Length && (args[i + 1] == "all" || Catalogue.Names.Contains(args[i + 1])):
                    options = options with { Scenario = args[++i] };
                    break;
                case "--json" when i + 1 < args.Length:
                    options = options with { JsonPath = Path.GetFullPath(args[++i]) };
                    break;
                case "--quick":
                    options = options with { Quick = true };
                    break;
                default:
                    problem = $"'{args[i]}' was not understood.";
                    return null;
            }
        }
        return options;
    }
}
