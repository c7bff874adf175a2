using System.Collections.Concurrent;
using Coordination.Fuzz.Wire;

namespace Coordination.Fuzz;

/// <summary>What a run has seen.</summary>
internal sealed class FuzzReport
{
    private const int Enough = 10;

    private readonly ConcurrentDictionary<int, int> statuses = new();
    private readonly ConcurrentQueue<string> faults = new();
    private int cut;
    private int frames;

    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>More faults would tell no more.</summary>
    public bool IsEnough => faults.Count >= Enough;

    public int Answers => statuses.Values.Sum();

    public void Count(FuzzAnswer answer) => statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);

    public void CountCut() => Interlocked.Increment(ref cut);

    public void CountFrame() => Interlocked.Increment(ref frames);

    public void Fault(string where, FuzzRequest request, string what) => Fault($"{where}: {what}\n--- {request.Standing}\n{request}");

    public void Fault(string what)
    {
        if (!IsEnough)
            faults.Enqueue(what);
    }

    public override string ToString() =>
        $"{Answers} answers ({string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))}), {cut} cut off, {frames} frames of the hub, {faults.Count} faults";
}
