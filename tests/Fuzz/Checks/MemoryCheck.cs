using System.Globalization;

namespace Coordination.Fuzz.Checks;

/// <summary>Whether the memory of a process stays bounded.</summary>
/// <param name="most">Most resident memory, in MiB.</param>
internal sealed class MemoryCheck(int most)
{
    /// <summary>What a run of any length may add in its second half, in MiB.</summary>
    public const int Growth = 150;

    private readonly List<int> samples = [];

    public IReadOnlyList<int> Samples => samples;

    /// <summary>Reads the resident memory of a process; only Linux tells.</summary>
    public void Look(int process)
    {
        var path = $"/proc/{process}/status";
        if (!File.Exists(path))
            return;
        var line = File.ReadLines(path).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        Add(int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024);
    }

    public void Add(int mebibytes) => samples.Add(mebibytes);

    public string? Fault()
    {
        if (samples.Count < 2)
            return null;
        var (half, last) = (samples.Take((samples.Count + 1) / 2).Max(), samples[^1]);
        return last > most ? $"{last} MiB of memory" : last > half + Growth ? $"{last} MiB of memory, {last - half} more than after half of the requests" : null;
    }
}
