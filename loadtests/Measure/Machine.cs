using System.Globalization;
using System.Runtime.InteropServices;

namespace Coordination.LoadTests.Measure;

/// <summary>Where and when a run was made: without it a figure says nothing.</summary>
/// <param name="Date">Start of the run, UTC.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Processor">Model, as far as the system tells.</param>
/// <param name="MemoryGiB">Memory of the machine.</param>
/// <param name="System">Operating system.</param>
/// <param name="Runtime">.NET.</param>
/// <param name="LoadBefore">One-minute load average at the start: well above 0 means that others were at work.</param>
internal sealed record Machine(string Date, int Cores, string Processor, double MemoryGiB, string System, string Runtime, double? LoadBefore)
{
    public static Machine Here() => new(
        DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
        Environment.ProcessorCount,
        Lines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Load());

    public static double? Load() => Lines("/proc/loadavg").FirstOrDefault() is { } line
        ? double.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    private static IEnumerable<string> Lines(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
