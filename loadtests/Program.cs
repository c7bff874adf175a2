using System.Runtime.InteropServices;
using Coordination.LoadTests;
using Coordination.LoadTests.Measure;
using Coordination.LoadTests.Opponents;
using Coordination.LoadTests.Processes;
using Coordination.LoadTests.Scenarios;
using Coordination.LoadTests.Silo;

// The parts that must not share a process with the generator are this same program, started again in a role.
if (args is ["role", var role, .. var rest])
{
    return role switch
    {
        "silo" => await SiloRole.RunAsync(rest),
        "opponent" => await OpponentRole.RunAsync(rest),
        "hosted-server" => await HostedServerRole.RunAsync(rest),
        _ => throw new ArgumentException($"There is no role {role}."),
    };
}

if (RunOptions.TryParse(args, out var problem) is not { } options)
{
    await Console.Error.WriteLineAsync(problem);
    await Console.Error.WriteLineAsync(RunOptions.Usage);
    return 2;
}

var report = new Report(options);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
// Also when it is told to end: the processes it started are to end with it.
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
try
{
    foreach (var scenario in Catalogue.Of(options.Scenario))
        await report.RunAsync(scenario, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped; what was measured so far follows.");
}
report.Print();
await report.SaveAsync();
return report.HasFailures ? 1 : 0;
