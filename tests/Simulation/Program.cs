using System.Globalization;
using Coordination.Simulation;
using Coordination.Simulation.Kernel;

// dotnet run --project tests/Simulation -- --seed 17 --trace     replays one seed
// dotnet run --project tests/Simulation -- --from 1 --count 5000 runs many
// anything else                                                   is the test runner
if (Argument("--seed") is { } seed)
{
    try
    {
        Console.WriteLine(Run.Seed(seed, trace: args.Contains("--trace") ? Console.WriteLine : null));
        return 0;
    }
    catch (FaultFoundException found)
    {
        Console.WriteLine(found.Message);
        return 1;
    }
}
if (Argument("--count") is { } count)
{
    var (from, failed) = (Argument("--from") ?? 1, 0);
    foreach (var some in Enumerable.Range(from, count).Chunk(1000))
    {
        foreach (var failure in Seeds.RunMany(some, SimulationOptions.AsShipped))
        {
            failed++;
            Console.WriteLine(failure.Message);
        }
        Console.WriteLine($"{some[^1] - from + 1} seeds, {failed} with a fault.");
    }
    return failed == 0 ? 0 : 1;
}
return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);

int? Argument(string name) => Array.IndexOf(args, name) is >= 0 and var index && index + 1 < args.Length
    ? int.Parse(args[index + 1], CultureInfo.InvariantCulture)
    : null;
