using System.Globalization;
using System.Text;

namespace Coordination.Faults.Checks;

/// <summary>What a fault did, over its rounds.</summary>
internal sealed class FaultRow(string fault)
{
    public string Fault => fault;

    public int Rounds { get; set; }

    public int Acknowledged { get; set; }

    public int Lost { get; set; }

    public int Doubled { get; set; }

    /// <summary>Anything else that did not fit.</summary>
    public int Wrong { get; set; }

    /// <summary>Per place and round the longest time without an acknowledged command.</summary>
    public List<TimeSpan> Gaps { get; } = [];

    /// <summary>Per place and round the time from the fault until something new was acknowledged.</summary>
    public List<TimeSpan> Served { get; } = [];

    /// <summary>Per round the time from the end of the fault until all screens were right.</summary>
    public List<TimeSpan> Screens { get; } = [];

    /// <summary>Further figures, as text.</summary>
    public List<string> Notes { get; } = [];
}

/// <summary>The table of all faults: to standard error, and to the file that <c>FAULTS_TABLE</c> names.</summary>
internal static class FaultTable
{
    private static readonly Lock Gate = new();

    /// <summary>Rounds of each fault; <c>FAULTS_ROUNDS</c> sets it.</summary>
    public static int Rounds { get; } = Number("FAULTS_ROUNDS", 1);

    /// <summary>Whether faults last as long as they would in life, not just long enough to show; <c>FAULTS_LONG=1</c> sets it.</summary>
    public static bool IsLong { get; } = Number("FAULTS_LONG", 0) > 0;

    public static void Add(FaultRow row)
    {
        var line = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"| {row.Fault} | {row.Rounds} | {row.Acknowledged} | {row.Lost} | {row.Doubled} | {row.Wrong} | {Seconds(row.Gaps, 0.5)} | {Seconds(row.Gaps, 0.99)} | {Seconds(row.Served, 0.99)} | {Seconds(row.Screens, 0.99)} | {string.Join("; ", row.Notes)} |").ToString();
        lock (Gate)
        {
            if (Environment.GetEnvironmentVariable("FAULTS_TABLE") is { Length: > 0 } file)
                File.AppendAllLines(file, [line]);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Console.Error.WriteLine(line);
    }

    private static string Seconds(List<TimeSpan> values, double part) =>
        values.Count == 0 ? "–" : Measures.Quantile(values, part).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s";

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
