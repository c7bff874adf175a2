using System.CommandLine;
using Coordination.Cli.Replay;
using Coordination.Cli.Terminal;
using Coordination.Client;

namespace Coordination.Cli.Commands;

/// <summary><c>coordination replay</c>: sends recorded readings to a server as if they happened now.</summary>
internal static class ReplayCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var files = new Argument<string[]>("file") { Description = "Files to replay, in this order.", Arity = ArgumentArity.OneOrMore };
        var server = CommonOptions.Server();
        var format = new Option<string>("--format", "-f") { Description = "Format of the files.", DefaultValueFactory = _ => "auto" };
        format.AcceptOnlyFromAmong(ReplayInput.Formats);
        var metadata = new Option<string?>("--metadata", "-m")
        {
            Description = "Names and capacities of the german format. Default: meta-data.csv beside the file.",
            HelpName = "FILE",
        };
        var speed = new Option<ReplaySpeed>("--speed")
        {
            Description = "How much faster than it happened, such as 60x, going by time across all places; or max, in the order of the files.",
            HelpName = "FACTOR",
            DefaultValueFactory = _ => ReplaySpeed.Max,
            CustomParser = result =>
            {
                if (!ReplaySpeed.TryParse(result.Tokens[0].Value, out var parsed))
                    result.AddError($"'{result.Tokens[0].Value}' is not a speed such as 60x or max.");
                return parsed;
            },
        };
        var prefix = new Option<string>("--prefix") { Description = "Put before the slug of every place.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var resume = new Option<bool>("--resume") { Description = "Go on where a run over the same files stopped." };
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "Where the run notes how far it is. Default: in your state directory, by the contents of the files.",
            HelpName = "FILE",
        };
        var chunk = new Option<int>("--chunk")
        {
            Description = "Most lines in one request, 1 to 10000.",
            HelpName = "LINES",
            DefaultValueFactory = _ => 2_000,
        };
        chunk.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var lines) || lines is < 1 or > 10_000))
                result.AddError("--chunk is 1 to 10000 lines.");
        });
        var patience = CommonOptions.Patience();
        var keyFile = CommonOptions.KeyFile();
        var json = CommonOptions.Json("Print the summary as one JSON object on standard output.");
        var command = new Command("replay", """
            Sends recorded readings to a server through POST /api/ingest, creating the places first, and ends with a summary.

            Formats: birmingham (code,capacity,occupied,local time), german (a column for each car park, free places; with
            meta-data.csv), shanghai (JSON lines of scenic areas).

            Examples:
              coordination replay 2016-10.csv
              coordination replay 2020-07-06.csv --metadata meta-data.csv --speed 60x
              coordination replay snapshot.jsonl --server http://127.0.0.1:5080 --json
              coordination replay 2016-10.csv --resume
            """)
        {
            files, server, format, metadata, speed, prefix, resume, checkpoint, chunk, patience, keyFile, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new ReplayInput(parsed.GetValue(files)!, parsed.GetValue(format)!, parsed.GetValue(metadata), PrefixOf(parsed.GetValue(prefix)!)),
            parsed.GetValue(server)!, parsed.GetValue(speed), parsed.GetValue(resume), parsed.GetValue(checkpoint),
            parsed.GetValue(chunk), parsed.GetValue(patience), parsed.GetValue(keyFile), parsed.GetValue(json), output, error, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ReplayInput input, Uri server, ReplaySpeed speed, bool resume, string? checkpointPath, int chunk, TimeSpan patience, string? keyFile, bool json,
        TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        foreach (var file in input.Metadata is { } metadata ? [.. input.Files, metadata] : input.Files)
        {
            if (!File.Exists(file))
                throw new UsageException($"there is no file {file}");
        }
        var fingerprint = input.Fingerprint(server);
        checkpointPath ??= Checkpoint.DefaultPath(fingerprint);
        var from = resume ? Checkpoint.Load(checkpointPath) : null;
        if (from is not null && from.Fingerprint != fingerprint)
            throw new UsageException($"{checkpointPath} belongs to a run over other files, another prefix or another server");
        if (resume && from is null)
            await error.WriteLineAsync($"coordination: nothing to resume at {checkpointPath}; starting at the beginning");

        await using var progress = new ReplayProgressBar(error);
        var plan = input.Read(progress.Reading);
        await ReportUnreadableAsync(plan, error);
        var (http, client) = CommonOptions.Connect(server, patience, keyFile);
        using var _ = http;
        var runner = new ReplayRunner(plan, client, new ReplayOptions
        {
            Speed = speed,
            ChunkLines = chunk,
            Retry = CommonOptions.Retry(patience),
            Fingerprint = fingerprint,
            CheckpointPath = checkpointPath,
            ResumeFrom = from,
            OnProgress = progress.Report,
            OnRetry = progress.Retry,
        }, TimeProvider.System);
        progress.Start(plan.Places.Count, plan.Items.Count, plan.Lines);
        try
        {
            var summary = await runner.RunAsync(cancellation);
            await progress.DisposeAsync();
            if (json)
                await output.WriteLineAsync(summary.ToJson());
            else
                summary.Print(output);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await progress.DisposeAsync();
            await error.WriteLineAsync($"coordination: stopped; go on with the same command and --resume --checkpoint {checkpointPath}");
            return ExitCodes.Interrupted;
        }
        catch (CoordinationException problem)
        {
            await progress.DisposeAsync();
            await error.WriteLineAsync($"coordination: {problem.Message}");
            await error.WriteLineAsync($"coordination: go on later with the same command and --resume --checkpoint {checkpointPath}");
            return ExitCodes.Failed;
        }
    }

    private static async Task ReportUnreadableAsync(ReplayPlan plan, TextWriter error)
    {
        const int shown = 20;
        foreach (var line in plan.Unreadable.Take(shown))
            await error.WriteLineAsync($"{line.File}:{line.Line}: {line.Reason}");
        if (plan.Unreadable.Count > shown)
            await error.WriteLineAsync($"… and {plan.Unreadable.Count - shown} more lines that cannot be read");
    }

    private static string PrefixOf(string prefix) =>
        prefix.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && prefix.Length <= 40
            ? prefix
            : throw new UsageException("--prefix is at most 40 letters, digits and hyphens");
}
