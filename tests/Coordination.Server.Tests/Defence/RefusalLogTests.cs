using Coordination.Server.Defence;
using Coordination.Server.Hosting;
using Coordination.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests.Defence;

/// <summary>Who was kept out is written down, in bounds, and in no words of theirs. Tokens of sessions: <see cref="Accounts.SessionTests"/>.</summary>
public sealed class RefusalLogTests
{
    private const string Silent = "Further refusals (rate-limited) of this minute are only counted, in coordination_problems_total.";

    [Fact]
    public async Task What_is_kept_out_is_written_down_without_a_word_of_who_sent_it()
    {
        await using var app = await DefendedApp.StartAsync(new ServerOptions(), app => app.MapPost("/api/things/{id}", (string id) => id));
        Assert.Equal(403, (await app.Http.Post("api/things/EVIL?EVIL=EVIL", "{}", ("Origin", "https://EVIL.example"), ("User-Agent", "EVIL"))).Status);
        Assert.Equal(403, (await app.Http.AskAsync(new HttpMethod("EVIL"), "EVIL", null, ("Origin", "https://EVIL.example"))).Status);
        Assert.Equal(200, (await app.Http.Post("api/things/EVIL", "{}")).Status); // What is let in is not.
        Assert.Equal(
            ["Refused (origin-not-allowed): POST /api/things/{id} from 127.0.0.1.", "Refused (origin-not-allowed): another method no route from 127.0.0.1."],
            app.Log.Select(line => line.Replace("::ffff:", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_flood_does_not_fill_the_log()
    {
        await using var app = await DefendedApp.StartAsync(
            new ServerOptions { Limits = new LimitOptions { AddressPerSecond = 1, AddressBurst = 1 } }, app => app.MapGet("/api/things", () => "a thing"));
        var refused = 0;
        while (refused < 100)
            refused += (await app.Http.Get("api/things")).Status == 429 ? 1 : 0;
        // A minute may have passed meanwhile on a busy machine, but not ten.
        Assert.InRange(app.Log.Count(line => line.StartsWith("Refused (rate-limited): GET /api/things", StringComparison.Ordinal)), RefusalLog.LinesPerMinute, 50);
        Assert.Contains(Silent, app.Log);
    }

    [Fact]
    public void Each_minute_and_each_kind_begins_anew()
    {
        var (time, kept) = (new FakeTimeProvider(), new KeptLog());
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(kept));
        var log = new RefusalLog(time, factory.CreateLogger<RefusalLog>());
        for (var minute = 1; minute <= 3; minute++)
        {
            for (var number = 0; number < 1000; number++)
                log.Note(new DefaultHttpContext { Request = { Method = "GET" } }, "rate-limited");
            Assert.Equal(minute * (RefusalLog.LinesPerMinute + 1), kept.Lines.Count);
            time.Advance(TimeSpan.FromSeconds(59));
            log.Note(new DefaultHttpContext(), "rate-limited");
            Assert.Equal(minute * (RefusalLog.LinesPerMinute + 1), kept.Lines.Count);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        log.Note(new DefaultHttpContext(), "origin-not-allowed");
        Assert.StartsWith("Refused (origin-not-allowed)", kept.Lines.Last(), StringComparison.Ordinal);
    }
}
