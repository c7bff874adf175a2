using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Coordination.Testing.Stub;

/// <summary>
/// A small server that keeps the contract of the public API in memory: places, ingest with its outcomes, operation by hand, the live hub.
/// Its purpose is to fail on demand, at exact points, which the real server cannot be told to do.
/// </summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private StubServer(WebApplication app)
    {
        this.app = app;
        Address = new Uri(app.Urls.Single().TrimEnd('/') + "/");
        Http = new HttpClient { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public Uri Address { get; }

    /// <summary>Talks to it.</summary>
    public HttpClient Http { get; }

    /// <summary>What it keeps, by path.</summary>
    public ConcurrentDictionary<string, StubPlace> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Faults of the next ingest requests, one each; requests without one succeed.</summary>
    public ConcurrentQueue<StubFault> IngestFaults { get; } = new();

    /// <summary>Faults of the next other requests.</summary>
    public ConcurrentQueue<StubFault> RequestFaults { get; } = new();

    /// <summary>Lines of every ingest request so far.</summary>
    public ConcurrentQueue<int> IngestRequests { get; } = new();

    /// <summary>Told of the number of lines taken so far, after each.</summary>
    public Action<int>? OnLine { get; set; }

    /// <summary>Idempotency keys seen, with repeats.</summary>
    public ConcurrentQueue<string> Keys { get; } = new();

    /// <summary>Live connections are refused with 503, as by a host that leaves.</summary>
    public bool IsDraining { get; set; }

    /// <summary>The live feed.</summary>
    public StubFeed Feed { get; private set; } = null!;

    private int lines;

    public static async Task<StubServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        builder.Services.AddSingleton<StubFeed>();
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        StubServer? stub = null;
        app.Use((http, next) =>
        {
            if (stub is not { IsDraining: true } || !http.Request.Path.StartsWithSegments("/live"))
                return next(http);
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        app.MapHub<StubHub>("/live");
        app.MapPost("/api/ingest", http => stub!.IngestAsync(http));
        app.MapPut("/api/{kind}/{id}", (string kind, string id, JsonObject profile, HttpContext http) => stub!.Put($"{kind}/{id}", profile, http));
        app.MapGet("/api/{kind}/{id}", (string kind, string id) => stub!.Get($"{kind}/{id}", place => place.View()));
        app.MapGet("/api/{kind}/{id}/profile", (string kind, string id) => stub!.Get($"{kind}/{id}", place => place.Profile));
        app.MapPut("/api/{kind}/{id}/operation", (string kind, string id, JsonObject body, HttpContext http) =>
            stub!.Operate($"{kind}/{id}", body, http));
        await app.StartAsync();
        stub = new StubServer(app) { Feed = app.Services.GetRequiredService<StubFeed>() };
        return stub;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private IResult Put(string path, JsonObject profile, HttpContext http)
    {
        Keys.Enqueue(http.Request.Headers["Idempotency-Key"].ToString());
        if (Fail(http) is { } failure)
            return failure;
        if (profile["name"] is null)
            return Results.Json(new { code = "malformed", field = "name", detail = "A name has 1 to 80 characters." }, contentType: "application/problem+json", statusCode: 400);
        var created = false;
        var place = Places.GetOrAdd(path, _ =>
        {
            created = true;
            return new StubPlace(path);
        });
        place.Define(profile);
        return Results.Json(place.View(), statusCode: created ? 201 : 200);
    }

    private IResult Get(string path, Func<StubPlace, JsonNode> part) =>
        Places.TryGetValue(path, out var place)
            ? Results.Json(part(place))
            : Results.Json(new { code = "place-not-found", detail = $"There is no place {path}." }, contentType: "application/problem+json", statusCode: 404);

    private IResult Operate(string path, JsonObject body, HttpContext http)
    {
        if (Fail(http) is { } failure)
            return failure;
        Places[path].Operation = ((string)body["operation"]!, (string)body["reason"]!);
        return Results.Json(new { status = "done", version = 1 });
    }

    private IResult? Fail(HttpContext http)
    {
        if (!RequestFaults.TryDequeue(out var fault))
            return null;
        if (fault.Status is not { } status)
        {
            http.Abort();
            return Results.Empty;
        }
        if (fault.RetryAfter is { } retryAfter)
            http.Response.Headers.RetryAfter = retryAfter;
        return Results.Json(new { code = "store-unavailable", detail = "Not now." }, contentType: "application/problem+json", statusCode: status);
    }

    private async Task IngestAsync(HttpContext http)
    {
        IngestFaults.TryDequeue(out var fault);
        if (fault?.Status is { } status)
        {
            http.Response.StatusCode = status;
            if (fault.RetryAfter is { } retryAfter)
                http.Response.Headers.RetryAfter = retryAfter;
            return;
        }
        using var body = new StreamReader(http.Request.Body);
        var taken = 0;
        http.Response.ContentType = "application/x-ndjson";
        await http.Response.StartAsync();
        while (await body.ReadLineAsync() is { } text)
        {
            taken++;
            var line = JsonSerializer.Deserialize<StubLine>(text, JsonSerializerOptions.Web)!;
            var answered = fault?.AnswersBeforeCut is null || taken <= fault.AnswersBeforeCut;
            var isTaken = fault?.LinesBeforeCut is null || taken <= fault.LinesBeforeCut;
            var later = fault?.LaterPlace == line.Place;
            var result = later && !fault!.LaterIsTaken ? null : isTaken ? Take(line) : null;
            if (later)
                result = new JsonObject { ["status"] = fault!.LaterIsTaken ? "unavailable" : "overloaded" };
            if (answered && result is not null)
            {
                result["line"] = taken;
                await http.Response.WriteAsync(result.ToJsonString() + "\n");
            }
            if (result is not null)
                OnLine?.Invoke(Interlocked.Increment(ref lines));
        }
        IngestRequests.Enqueue(taken);
        // An abort throws away what was not sent yet, so only an answer that ends too early breaks off at an exact point.
        if (fault is { HalfLine: true })
            await http.Response.WriteAsync("{\"line\":");
        else if (fault is { AnswersBeforeCut: not null })
            http.Abort();
    }

    private JsonObject Take(StubLine line) => Places.TryGetValue(line.Place, out var place)
        ? place.Take(line)
        : new JsonObject { ["status"] = "refused", ["code"] = "place-not-found" };
}

/// <summary>How a request goes wrong.</summary>
public sealed record StubFault
{
    /// <summary>Answers with this status and does nothing; null cuts the connection.</summary>
    public int? Status { get; init; }

    /// <summary>With this header.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Answers so many lines, of which some may be lost on the way, then cuts the connection.</summary>
    public int? AnswersBeforeCut { get; init; }

    /// <summary>Takes so many lines before the cut, answered or not; all when null.</summary>
    public int? LinesBeforeCut { get; init; }

    /// <summary>Ends the answer in the middle of the line after <see cref="AnswersBeforeCut"/>.</summary>
    public bool HalfLine { get; init; }

    /// <summary>Answers the lines of this place with "later".</summary>
    public string? LaterPlace { get; init; }

    /// <summary>"Later" means unavailable, and the line was taken all the same; otherwise overloaded, and it was not.</summary>
    public bool LaterIsTaken { get; init; }
}
