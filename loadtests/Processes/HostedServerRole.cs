using System.Reflection;

namespace Coordination.LoadTests.Processes;

/// <summary>The server's own program, started by its entry point in a process that can be asked for its memory.</summary>
internal static class HostedServerRole
{
    public static async Task<int> RunAsync(string[] args)
    {
        MemoryProbe.Listen();
        var entry = Assembly.Load("Coordination.Server").EntryPoint ?? throw new InvalidOperationException("The server has no entry point.");
        if (entry.Invoke(null, [args]) is Task running)
            await running;
        return 0;
    }
}
