using System.Diagnostics;
using Coordination.Cli.Replay;
using Coordination.Client;
using Spectre.Console;

namespace Coordination.Cli.Terminal;

/// <summary>
/// Shows on standard error how far a replay is: a bar with lines, rate and retries on a terminal, a line at the start and at each
/// outage elsewhere. Standard output stays free for the summary.
/// </summary>
internal sealed class ReplayProgressBar(TextWriter error) : IAsyncDisposable
{
    private readonly IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
    private readonly CancellationTokenSource finished = new();
    private Task drawing = Task.CompletedTask;
    private long started;
    private int startedAt = -1;
    private int places;
    private int placesDone;
    private int items;
    private int itemsDone;
    private int retries;
    private string? outage;

    private bool Draws => console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;

    public void Reading(string file)
    {
        if (Draws)
            console.MarkupLineInterpolated($"[grey]reading {file}[/]");
    }

    public void Start(int allPlaces, int allItems, int lines)
    {
        (places, items, started) = (allPlaces, allItems, Stopwatch.GetTimestamp());
        if (!Draws)
        {
            error.WriteLine($"replaying {lines:N0} lines of {allPlaces:N0} places");
            return;
        }
        drawing = console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(DrawAsync);
    }

    public void Report(ReplayProgress progress)
    {
        placesDone = progress.PlacesDone;
        if (startedAt < 0)
            startedAt = progress.ItemsDone;
        itemsDone = progress.ItemsDone;
        outage = null;
    }

    public void Retry(IngestRetry retry)
    {
        Interlocked.Increment(ref retries);
        if (!Draws && retry.Failures == 1)
            error.WriteLine($"no answer ({retry.Reason}); trying again");
        outage = retry.Reason;
    }

    public async ValueTask DisposeAsync()
    {
        if (finished.IsCancellationRequested)
            return;
        await finished.CancelAsync();
        await drawing;
    }

    private async Task DrawAsync(ProgressContext context)
    {
        var bar = context.AddTask("places", maxValue: Math.Max(1, places));
        var lines = context.AddTask("lines", maxValue: Math.Max(1, items));
        while (!finished.IsCancellationRequested)
        {
            Draw(bar, lines);
            await Task.Delay(200, finished.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Draw(bar, lines);
    }

    private void Draw(ProgressTask bar, ProgressTask lines)
    {
        var rate = (itemsDone - Math.Max(0, startedAt)) / Math.Max(0.001, Stopwatch.GetElapsedTime(started).TotalSeconds);
        bar.Value = placesDone;
        bar.Description = $"{placesDone:N0} of {places:N0} places";
        lines.Value = itemsDone;
        lines.Description = Markup.Escape($"{itemsDone:N0} of {items:N0} lines, {rate:N0}/s, {retries:N0} retries"
            + (outage is { } reason ? $" (waiting: {(reason.Length > 40 ? reason[..40] : reason)})" : ""));
    }
}
