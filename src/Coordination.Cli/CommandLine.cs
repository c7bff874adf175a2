using System.CommandLine;
using Coordination.Cli.Commands;
using Coordination.Client;
using Coordination.Ledger;

namespace Coordination.Cli;

/// <summary>The command <c>coordination</c>.</summary>
internal static class CommandLine
{
    /// <summary>Does what the arguments say and returns an exit code of <see cref="ExitCodes"/>.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("""
            Brings places, readings and history into and out of a Coordination server.

            Exit codes: 0 done, 1 failed or a difference was found, 2 wrong usage, 130 interrupted.
            """)
        {
            ImportCommand.Create(output, error),
            ReplayCommand.Create(output, error),
            VerifyCommand.Create(output, error),
            ExportCommand.Create(output, error),
            MigrateCommand.Create(output, error),
        };
        var parsed = root.Parse(arguments);
        // Errors of ours are caught here, so that a person sees a sentence and not a stack trace.
        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        try
        {
            var code = await parsed.InvokeAsync(invocation);
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (UsageException problem)
        {
            await error.WriteLineAsync($"coordination: {problem.Message}");
            return ExitCodes.Usage;
        }
        catch (Exception problem) when (problem is CoordinationException or IOException or UnauthorizedAccessException or InvalidDataException
            or StoreUnavailableException)
        {
            await error.WriteLineAsync($"coordination: {problem.Message}");
            return ExitCodes.Failed;
        }
    }
}
