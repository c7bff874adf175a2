using System.Globalization;
using System.Text.Json.Serialization;
using Coordination.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Coordination.Web.Tests.Support;

/// <summary>
/// The built pages with a feed that sends whatever it is told as fast as the page takes it, at instants of its own: the real server sends
/// at most one view of a topic in 100 ms, and half an hour of that would take half an hour.
/// </summary>
internal sealed class ViewSource : IAsyncDisposable
{
    public const string Topic = "parking-lots/busy";
    private const int Capacity = 900;

    private readonly WebApplication app;
    private long version;

    private ViewSource(WebApplication app, DateTimeOffset start)
    {
        this.app = app;
        Now = start;
    }

    /// <summary>The instant of the next view, and what the server says the time is.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>The big number that the last view must lead to; not the same twice in a row.</summary>
    public string Figure => Free(version).ToString(CultureInfo.InvariantCulture);

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<ViewSource> StartAsync(DateTimeOffset start)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR().AddJsonProtocol(json => json.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var source = new ViewSource(app, start);
        FeedHub.Source = source;
        var pages = new PhysicalFileProvider(Path.Combine(Path.GetDirectoryName(Repository.ServerPath)!, "wwwroot"));
        app.UseStaticFiles(new StaticFileOptions { FileProvider = pages });
        app.MapHub<FeedHub>("/live");
        app.MapGet("/api/server", () => new { name = "Coordination", version = "1", now = source.Now, simulation = false });
        app.MapGet($"/api/{Topic}/trend", () => source.Trend());
        app.MapFallback(() => Results.Stream(pages.GetFileInfo("index.html").CreateReadStream(), "text/html"));
        await app.StartAsync();
        return source;
    }

    /// <summary>Sends as many new views, each of its own instant within the second from now on.</summary>
    public async Task SendAsync(int views)
    {
        var clients = app.Services.GetRequiredService<IHubContext<FeedHub>>().Clients.All;
        var second = Now;
        for (var i = 0; i < views; i++)
        {
            version++;
            Now = second.AddSeconds((double)i / views);
            await clients.SendAsync("changed", Topic, new { epoch = 1L, version }, View());
        }
        Now = second.AddSeconds(1);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static int Free(long version) => (int)(version * 37 % (Capacity - 1));

    private object View()
    {
        var occupied = Capacity - Free(version);
        return new
        {
            topic = Topic, kind = "parkingLot", id = "busy", epoch = 1L, version, name = "热闹的停车场", nameEn = "Busy lot", timeZone = "Asia/Shanghai",
            district = "丰台区", state = "open", operation = "automatic", level = Level(occupied), occupied, capacity = Capacity, free = Free(version),
            percent = occupied * 100 / Capacity, overCapacity = false, countedAt = Now, simulated = false, rules = new { staleAfterMinutes = 30 },
            zones = (object[])
            [
                new { id = "a", name = "A区", capacity = Capacity - 20, occupied = Math.Max(0, occupied - 20), free = Math.Min(Capacity - 20, Free(version)), level = Level(occupied), countedAt = Now },
                new { id = "ev", name = "充电区", purpose = "charging", capacity = 20, occupied = (int)(version % 21), free = 20 - (int)(version % 21), level = "busy", countedAt = Now },
            ],
        };
    }

    /// <summary>Today's minutes so far, as many as there really would be, against yesterday's hours.</summary>
    private object Trend()
    {
        var local = Now.ToOffset(TimeSpan.FromHours(8));
        var day = new DateTimeOffset(local.Date, local.Offset);
        var minutes = (int)(local - day).TotalMinutes;
        return new
        {
            date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            today = Enumerable.Range(0, minutes).Select(minute => new { at = day.AddMinutes(minute), occupied = minute * 7 % Capacity, min = 0, max = Capacity }),
            usual = Enumerable.Range(0, 24).Select(hour => new { at = day.AddHours(hour), occupied = hour * 30 }),
            usualDays = 3,
        };
    }

    private static string Level(int occupied) => (occupied * 100 / Capacity) switch { < 60 => "comfortable", < 80 => "busy", < 90 => "warning", < 100 => "critical", _ => "full" };

    // Public: SignalR calls nothing else.
    public sealed class FeedHub : Hub
    {
        internal static ViewSource? Source { get; set; }

        public object[] Watch(string[] topics) => [.. topics.Select(topic => new { topic, epoch = 1L, Source!.version, view = Source.View() })];

        public static void Unwatch(string[] _)
        {
            // The client's question for a sign of life.
        }
    }
}
