using Spectre.Console;

namespace Coordination.Cli.Terminal;

/// <summary>A progress bar on standard error over work of known length; nothing when standard error is not a terminal.</summary>
internal static class CountedBar
{
    public static async Task RunAsync(TextWriter error, string what, int total, Func<Action, Task> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
        {
            await work(static () => { });
            return;
        }
        await console.Progress().StartAsync(async context =>
        {
            var bar = context.AddTask(what, maxValue: Math.Max(1, total));
            await work(() => bar.Increment(1));
        });
    }
}
