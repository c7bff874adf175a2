using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Coordination.LoadTests.Scenarios;
using Spectre.Console;

namespace Coordination.LoadTests.Measure;

/// <summary>Runs scenarios, says on standard error where it is, and prints the figures as a table and as JSON.</summary>
internal sealed class Report(RunOptions options)
{
    private readonly List<ScenarioResult> results = [];
    private readonly Machine machine = Machine.Here();

    public bool HasFailures => results.Exists(result => result.Failed is not null);

    public async Task RunAsync(IScenario scenario, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        await Console.Error.WriteLineAsync($"{scenario.Name}: {scenario.Title} …");
        var figures = new List<Figure>();
        var (skipped, failed) = (default(string), default(string));
        try
        {
            await foreach (var figure in scenario.MeasureAsync(options, stop))
            {
                figures.Add(figure);
                await Console.Error.WriteLineAsync($"  {figure.Name}: {Text(figure.Value)} {figure.Unit}{(figure.Ratio is { } ratio ? $", ratio {Text(ratio)}" : "")}");
            }
        }
        catch (SkippedException reason)
        {
            skipped = reason.Message;
            await Console.Error.WriteLineAsync($"  skipped: {skipped}");
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            failed = failure.Message;
            await Console.Error.WriteLineAsync($"  failed: {failure}");
        }
        results.Add(new ScenarioResult(
            scenario.Name, scenario.Title, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1), figures, skipped, failed));
    }

    public void Print()
    {
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(
            $"{machine.Date}, {machine.Cores} cores, load {machine.LoadBefore:0.0} before{(options.Quick ? ", quick run: not to be published" : "")}"));
        table.AddColumn("figure");
        foreach (var right in (string[])["measured", "baseline"])
            table.AddColumn(new TableColumn(right).RightAligned());
        table.AddColumn("unit");
        foreach (var right in (string[])["ratio", "aim"])
            table.AddColumn(new TableColumn(right).RightAligned());
        foreach (var result in results)
        {
            table.AddRow($"[bold]{Markup.Escape(result.Name)}[/]", "", "", Markup.Escape(result.Skipped ?? result.Failed ?? ""), "", "");
            foreach (var figure in result.Figures)
            {
                table.AddRow(
                    "  " + Markup.Escape(figure.Name), Text(figure.Value), figure.Baseline is { } baseline ? Text(baseline) : "", Markup.Escape(figure.Unit),
                    figure.Ratio is { } ratio ? Text(ratio) : "",
                    figure.Aim is { } aim ? Markup.Escape(aim) + (figure.Met is true ? " [green]met[/]" : " [red]missed[/]") : "");
            }
        }
        AnsiConsole.Write(table);
        foreach (var figure in results.SelectMany(result => result.Figures).Where(figure => figure.Note is not null))
            AnsiConsole.MarkupLineInterpolated($"[dim]{figure.Name}: {figure.Note}[/]");
    }

    public async Task SaveAsync()
    {
        if (options.JsonPath is not { } path)
            return;
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, new RunRecord(machine, options.Quick, results), FigureJson.Default.RunRecord);
    }

    private static string Text(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
