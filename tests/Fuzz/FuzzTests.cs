namespace Coordination.Fuzz;

/// <summary>
/// The whole server under everything that strangers may send. <c>tests/fuzz.sh --requests 1000000 --seed 7</c> asks for more, or for the same
/// again.
/// </summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task Whatever_is_sent_every_request_is_answered_as_documented_and_nothing_is_lost_or_made_up()
    {
        var options = FuzzOptions.FromEnvironment();
        var report = await FuzzRun.RunAsync(options, TestContext.Current.SendDiagnosticOrConsole);
        Assert.True(report.Faults.Count == 0, $"seed {options.Seed}: {report}\n\n{string.Join("\n\n", report.Faults)}");
    }
}

internal static class Speech
{
    /// <summary>Tells how it goes while it goes.</summary>
    public static void SendDiagnosticOrConsole(this ITestContext context, string line)
    {
        Console.WriteLine($"fuzz: {line}");
        context.TestOutputHelper?.WriteLine(line);
    }
}
