using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Coordination.Faults.Checks;
using Coordination.Faults.Clients;
using Coordination.Testing;

namespace Coordination.Faults;

/// <summary>The whole server on a disk that is really full: a file system of a few megabytes in memory. Needs the right to mount.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const string Place = "parking-lots/full";

    private readonly TemporaryFolder folder = new();
    private bool mounted;

    private string Disk => folder.File("disk");

    private string Filler => Path.Combine(Disk, "filler");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Disk);
        mounted = OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", Disk);
    }

    public async ValueTask DisposeAsync()
    {
        if (mounted)
            await RunAsync("umount", "--lazy", Disk);
        folder.Dispose();
    }

    [Fact]
    public async Task A_full_disk_is_a_clear_503_loses_nothing_and_passes_without_a_restart()
    {
        Assert.SkipUnless(mounted, "Mounting a small tmpfs is not permitted here (needs Linux and root).");
        var cancellation = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions { DataFolder = Path.Combine(Disk, "data") }, cancellation);
        var log = new ClientLog();
        using (var created = await server.Http.PutAsJsonAsync($"api/{Place}", new { name = "车库", capacity = 500 }, cancellation))
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        var number = 0;
        for (; number < 20; number++)
            Assert.Equal(HttpStatusCode.OK, (await CorrectAsync(number)).Status);
        await FillAsync();

        // The log has some room of its own; when that is used up the answer is no, and it says what to do.
        (HttpStatusCode Status, JsonElement Body, TimeSpan? RetryAfter) answer;
        while ((answer = await CorrectAsync(number)).Status == HttpStatusCode.OK)
        {
            number++;
            Assert.True(number < 100_000, "The disk never became full.");
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("store-unavailable", answer.Body.GetProperty("code").GetString());
        Assert.NotNull(answer.RetryAfter);
        for (var again = 0; again < 5; again++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await CorrectAsync(number)).Status);

        // Reads go on with the last figure that is durable, and the server says that it is not ready.
        var view = await server.Http.GetFromJsonAsync<JsonElement>($"api/{Place}", cancellation);
        Assert.Equal(number - 1, view.GetProperty("occupied").GetInt32());
        using (var live = await server.Http.GetAsync("health/live", cancellation))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        using (var ready = await server.Http.GetAsync("health/ready", cancellation))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);

        File.Delete(Filler);
        var process = server.Id;
        var waiting = Stopwatch.StartNew();
        while ((answer = await CorrectAsync(number)).Status != HttpStatusCode.OK)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(30), $"The server did not recover: {server.Log}");
            await Task.Delay(200, cancellation);
        }
        Assert.True(server.IsRunning && server.Id == process, "It recovers without a restart.");
        for (number++; number % 20 != 0; number++)
            Assert.Equal(HttpStatusCode.OK, (await CorrectAsync(number)).Status);

        await server.KillAsync();
        Assert.Empty(await StoreChecker.FindProblemsAsync(server.StorePath, log));
        Assert.Equal(number - 1, (await StoreChecker.RecomputeAsync(server.StorePath, Place)).Occupied);

        async Task<(HttpStatusCode Status, JsonElement Body, TimeSpan? RetryAfter)> CorrectAsync(int value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"api/{Place}/corrections")
            {
                Content = JsonContent.Create(new { occupied = value, by = "duty officer", reason = new string('x', 190) }),
            };
            request.Headers.Add("Idempotency-Key", $"fill-{value}");
            using var response = await server.Http.SendAsync(request, cancellation);
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            if (response.StatusCode == HttpStatusCode.OK)
                log.Acknowledged(Place, $"fill-{value}", body.GetProperty("version").GetInt64());
            return (response.StatusCode, body, response.Headers.RetryAfter?.Delta);
        }
    }

    private async Task FillAsync()
    {
        await using var file = File.Create(Filler);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                await file.WriteAsync(block);
                await file.FlushAsync();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
