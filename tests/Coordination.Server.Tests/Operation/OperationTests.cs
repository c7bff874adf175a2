using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests.Operation;

/// <summary>What who runs the server looks at.</summary>
public sealed partial class OperationTests(SharedServer server)
{
    [Fact]
    public async Task Health_says_alive_and_ready()
    {
        Assert.Equal("Healthy", await server.Http.GetStringAsync("health/live"));
        var ready = await server.Http.Get("health/ready");
        Assert.Equal((200, "healthy", "healthy", "healthy"), (ready.Status, (string?)ready["status"], (string?)ready["checks"]["places"]!["status"], (string?)ready["checks"]["store"]!["status"]));
        var info = await server.Http.Get("api/server");
        Assert.Equal(("Coordination", false), ((string?)info["name"], (bool)info["simulation"]!));
        Assert.InRange((DateTimeOffset)info["now"]! - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Every_metric_that_is_documented_is_there_and_every_one_that_is_there_is_documented()
    {
        var lot = await server.Http.NewLotAsync();
        await server.Http.ReadingAsync(lot, 1, 5);
        await server.Http.ReadingAsync(lot, 2, -5);
        await server.Http.Post($"{lot}/corrections", """{ "occupied": 1, "by": "a", "reason": "b" }""");
        await IngestStream.SendAllAsync(server.Process.Address, "nonsense\n");
        using var live = await EventStream.OpenAsync(server.Http, lot[4..]);
        await live.NextAsync(_ => true);

        var metrics = await server.Http.GetStringAsync("metrics");
        var there = TypeLine().Matches(metrics).Select(match => match.Groups[1].Value).Where(name => name.StartsWith("coordination_", StringComparison.Ordinal)).ToHashSet();
        var documented = Name().Matches(await File.ReadAllTextAsync(Repository.PathOf("docs", "metrics.md"))).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Subset(documented, there);
        // Only there once it happened: a snapshot needs thousands of events, being fenced and the condition of a shared store a cluster, and retention its hour.
        documented.RemoveWhere(name => name.StartsWith("coordination_retention_", StringComparison.Ordinal));
        Assert.Equal(["coordination_ledger_fenced_total", "coordination_ledger_snapshots_foreign_total", "coordination_ledger_snapshots_total", "coordination_store_condition"], documented.Except(there).Order());
        Assert.Contains("coordination_rejections_total{", metrics, StringComparison.Ordinal);
        Assert.Matches("coordination_rejections_total\\{[^}]*code=\"negative-count\"", metrics);
        Assert.Matches("coordination_problems_total\\{[^}]*code=\"negative-count\"", metrics);
        Assert.Matches("coordination_unreadable_total\\{[^}]*source=\"ingest\"", metrics);
        Assert.Matches("coordination_commands_total\\{[^}]*command=\"CorrectCount\"", metrics);
        Assert.Matches("coordination_places\\{[^}]*state=\"stale\"", metrics);
        Assert.Matches("coordination_live_watchers\\{[^}]*transport=\"stream\"[^}]*\\} [1-9]", metrics);
        Assert.Contains("coordination_ledger_commit_duration_seconds_bucket", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docs/", "text/html")]
    [InlineData("dashboard/", "text/html")]
    [InlineData("openapi/v1.json", "application/json")]
    public async Task The_tools_around_it_answer(string path, string type)
    {
        using var response = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode);
        Assert.StartsWith(type, response.Content.Headers.ContentType!.MediaType!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("screens/parking-lots/a")]
    [InlineData("screens/scenic-areas/a")]
    [InlineData("communities/a")]
    public async Task Every_page_is_the_one_application_or_says_that_it_is_not_built(string path)
    {
        using var response = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
        if (response.IsSuccessStatusCode)
        {
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        }
        else
            Assert.Contains("pages-not-built", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("not-found", (await server.Http.Get("no/such/page")).Code);
    }

    [Fact]
    public async Task Metrics_traces_and_the_log_go_to_a_collector_when_one_is_configured()
    {
        var paths = new ConcurrentDictionary<string, TaskCompletionSource>();
        TaskCompletionSource Received(string path) => paths.GetOrAdd(path, _ => new TaskCompletionSource());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            // Of the log it is a line that is waited for.
            if (http.Request.Path != "/v1/logs" || Bytes.Have(body.ToArray(), "Refused (origin-not-allowed): PUT"))
                Received(http.Request.Path).TrySetResult();
        });
        await collector.StartAsync();
        var address = collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await using var own = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Arguments = ["--Coordination:OtlpEndpoint", address],
            Environment = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_METRIC_EXPORT_INTERVAL"] = "500", ["OTEL_BLRP_SCHEDULE_DELAY"] = "500" },
        });
        await own.Http.Get("api/parking-lots");
        Assert.Equal(403, (await own.Http.Put("api/parking-lots/a", "{}", ("Origin", "https://evil.example"))).Status);
        await Task.WhenAll(Received("/v1/metrics").Task, Received("/v1/traces").Task, Received("/v1/logs").Task).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [GeneratedRegex("^# TYPE (\\S+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("^\\| `(coordination_[a-z_]+)`", RegexOptions.Multiline)]
    private static partial Regex Name();
}
