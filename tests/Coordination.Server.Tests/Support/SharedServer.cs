using Coordination.Server.Tests.Support;
using Coordination.Testing;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Coordination.Server.Tests.Support;

/// <summary>One real server process for all tests, without seed places. Each test has places of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static int places;

    public ServerProcess Process { get; private set; } = null!;

    /// <summary>Talks to it, and holds every error it gets against the description of the API.</summary>
    public HttpClient Http { get; private set; } = null!;

    public int MqttPort { get; } = ServerProcess.FreePort();

    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            MqttPort = MqttPort,
            Environment = new Dictionary<string, string> { ["Coordination__Limits__SignInPerMinute"] = "0" }, // All tests are one address.
        });
        Http = DocumentedProblems.Client(Process.Address);
    }

    /// <summary>An id that no other test uses.</summary>
    public static string NewId(string word) => $"{word}-{Interlocked.Increment(ref places)}";

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (Process is not null)
            await Process.DisposeAsync();
    }
}
