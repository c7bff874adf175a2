using System.Diagnostics;

namespace Coordination.LoadTests.Processes;

/// <summary>Lets a process be asked for its memory over its standard input: a full collection cannot be had from outside.</summary>
internal static class MemoryProbe
{
    public const string Question = "memory?";

    public const string Answer = "memory: ";

    public static void Listen() => new Thread(AnswerAll) { IsBackground = true, Name = "memory probe" }.Start();

    private static void AnswerAll()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line != Question)
                continue;
            for (var i = 0; i < 3; i++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }
            using var self = Process.GetCurrentProcess();
            Console.Out.WriteLine(FormattableString.Invariant($"{Answer}{GC.GetTotalMemory(forceFullCollection: true)} {self.WorkingSet64}"));
        }
    }
}
