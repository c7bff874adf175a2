using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Coordination.LoadTests.Processes;

/// <summary>A program that answers HTTP on a port of its own: the server under test, with an empty store, or the opponent.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Bootstrap key of the servers under load.</summary>
    public const string Key = "a-key-that-only-the-servers-under-load-take";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Child child;
    private readonly DirectoryInfo? folder;

    private ServerProcess(Child child, int port, DirectoryInfo? folder)
    {
        (this.child, Port, this.folder) = (child, port, folder);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(30) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public int Port { get; }

    public HttpClient Http { get; }

    /// <summary>Processor time it has used, on all cores together.</summary>
    public TimeSpan ProcessorTime => child.ProcessorTime;

    /// <summary>The server as it is shipped.</summary>
    public static Task<ServerProcess> StartServerAsync(CancellationToken stop) => StartAsync((port, folder) =>
    {
        var server = Child.Start("Coordination.Server.dll", true, ServerArguments(port, folder), ServerEnvironment);
        server.IgnoreOutput();
        return server;
    }, "health/ready", stop);

    /// <summary>The same server, in a process that can also be asked for its memory.</summary>
    public static Task<ServerProcess> StartHostedServerAsync(CancellationToken stop) => StartAsync(
        (port, folder) => Child.Start(
            "Coordination.LoadTests.dll", true, ["role", "hosted-server", .. ServerArguments(port, folder)], ServerEnvironment),
        "health/ready", stop);

    /// <summary>What the server is compared with.</summary>
    public static Task<ServerProcess> StartOpponentAsync(CancellationToken stop) =>
        StartAsync((port, _) => Child.StartRole(true, "opponent", port), "ready", stop);

    /// <summary>Bytes of managed memory after a full collection, and of resident memory. Only of a process that can be asked.</summary>
    public async Task<(long Managed, long Resident)> MemoryAsync(CancellationToken stop)
    {
        await child.WriteLineAsync(MemoryProbe.Question);
        while (true)
        {
            // What the server logs goes to the same output.
            if (await child.ReadLineAsync(stop) is var line && line.StartsWith(MemoryProbe.Answer, StringComparison.Ordinal)
                && line[MemoryProbe.Answer.Length..].Split(' ') is [var managed, var resident])
                return (long.Parse(managed, CultureInfo.InvariantCulture), long.Parse(resident, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Creates a car park and gives it a first reading, so that it is open.</summary>
    public async Task DefineAsync(string slug, CancellationToken stop)
    {
        using var put = await Http.PutAsJsonAsync($"api/parking-lots/{slug}", new { name = $"停车场 {slug}", nameEn = $"Car park {slug}", capacity = 1000 }, stop);
        put.EnsureSuccessStatusCode();
    }

    /// <summary>Posts one reading; returns the version that contains it.</summary>
    public async Task<long> ReadAsync(string slug, long sequence, int occupied, CancellationToken stop)
    {
        using var posted = await Http.PostAsJsonAsync(
            $"api/parking-lots/{slug}/readings", new { deviceId = "gate", sequence, at = TimeProvider.System.GetUtcNow(), occupied }, stop);
        posted.EnsureSuccessStatusCode();
        return (await posted.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("version").GetInt64();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await child.DisposeAsync();
        folder?.Delete(recursive: true);
    }

    private static (string, string)[] ServerEnvironment =>
    [
        ("Coordination__MaxConnectionsPerAddress", "100000"), ("Coordination__Limits__AddressPerSecond", "0"), ("Coordination__Limits__PlacePerSecond", "0"),
        ("Coordination__Limits__SubjectPerSecond", "0"), ("Coordination__Identity__BootstrapKey", Key), ("Logging__LogLevel__Default", "Warning"),
    ];

    private static IEnumerable<string> ServerArguments(int port, DirectoryInfo folder) =>
        ["--urls", $"http://127.0.0.1:{port}", "--data", folder.FullName, "--seeds", "none", "--mqtt-port", "0"];

    private static async Task<ServerProcess> StartAsync(Func<int, DirectoryInfo, Child> start, string ready, CancellationToken stop)
    {
        var (port, folder) = (FreePort(), Directory.CreateTempSubdirectory("coordination-load-"));
        var child = start(port, folder);
        var server = new ServerProcess(child, port, folder);
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await child.ThrowIfEndedAsync();
            try
            {
                using var answer = await server.Http.GetAsync(ready, stop);
                if (answer.IsSuccessStatusCode)
                    return server;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(began) < Patience)
            {
            }
            await Task.Delay(100, stop);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
