using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Coordination.Server.Defence;
using Coordination.Server.Tests.Support;
using Coordination.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Coordination.Server.Tests.Defence;

/// <summary>Whatever clients send, they write no line of the log and say nothing to the terminal of who reads it.</summary>
public sealed partial class LogTests
{
    // As they come in a JSON text, in a path, and in a header that Kestrel would let through.
    private const string InJson = "\\r\\nINJECTED \\u001b[31m\\u2028INJECTED\\u202e";
    private const string InPath = "%0d%0aINJECTED%1b[31m";

    [Fact]
    public async Task At_the_most_talkative_level_no_text_of_a_client_reaches_the_log_raw()
    {
        var lines = await LogOfAnAttackAsync();
        Assert.Contains(lines, line => line.Contains("INJECTED", StringComparison.Ordinal)); // It is told of, spelt out.
        Assert.DoesNotContain(lines, line => line.StartsWith("INJECTED", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Any(c => char.IsControl(c) || c is '\u2028' or '\u202e'));
    }

    [Fact]
    public async Task The_twin_with_the_usual_console_shows_them_raw() =>
        Assert.Contains(await LogOfAnAttackAsync("--Logging:Console:FormatterName", "simple"), line => line.Contains('\u001b') || line.StartsWith("INJECTED", StringComparison.Ordinal));

    [Fact]
    public async Task Every_line_says_when_in_UTC_or_as_it_is_told_to()
    {
        var started = TimeProvider.System.GetUtcNow();
        var lines = await LogOfAnAttackAsync();
        var entries = lines.Where(line => line.Length > 0 && line[0] != ' ' && !line.StartsWith("coordination: ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(entries);
        Assert.All(entries, line => Assert.InRange(
            DateTimeOffset.ParseExact(line[..24], "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), started.AddSeconds(-1), TimeProvider.System.GetUtcNow()));
        Assert.Contains(await LogOfAnAttackAsync("--Logging:Console:FormatterOptions:TimestampFormat", "HH:mm "), line => InMinutes().IsMatch(line));
    }

    [Fact]
    public void A_message_and_the_words_of_an_exception_are_spelt_out_and_a_stack_keeps_its_lines()
    {
        using var services = new ServiceCollection().AddLogging(logging => logging.AddConsole().AddConsoleFormatter<SafeConsoleFormatter, ConsoleFormatterOptions>(console => console.TimestampFormat = "")).BuildServiceProvider();
        var formatter = services.GetServices<ConsoleFormatter>().OfType<SafeConsoleFormatter>().Single();
        using var written = new StringWriter();
        var failure = new InvalidOperationException("first\nsecond\u001b[0m");
        formatter.Write(new LogEntry<string>(LogLevel.Error, "Category", 7, "a\rb\nc\u0085d\u0000", failure, (text, _) => text), null, written);
        Assert.Equal(
            "fail: Category[7]\n      a\\u000Db\\u000Ac\\u0085d\\u0000\n      System.InvalidOperationException: first\n      second\\u001B[0m\n",
            written.ToString());
        formatter.Write(new LogEntry<string>(LogLevel.Error, "Category", 8, "refused", new Microsoft.AspNetCore.SignalR.HubException("too-many-topics"), (text, _) => text), null, written);
        Assert.DoesNotContain("refused", written.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex("^[0-2][0-9]:[0-5][0-9] [a-z]{4}: ")]
    private static partial Regex InMinutes();

    private static async Task<IReadOnlyCollection<string>> LogOfAnAttackAsync(params string[] arguments)
    {
        var lines = new ConcurrentQueue<string>();
        var mqtt = ServerProcess.FreePort();
        await using var own = ServerProcess.Create(new ServerProcessOptions
        {
            MqttPort = mqtt,
            Arguments = ["--Logging:LogLevel:Default", "Trace", "--Logging:LogLevel:Microsoft.AspNetCore", "Trace", "--Logging:LogLevel:Microsoft.Orleans", "Warning", "--Logging:LogLevel:Orleans", "Warning", "--Coordination:TrustedProxies", "127.0.0.1", .. arguments],
        });
        own.LineWritten = lines.Enqueue;
        await own.StartAgainAsync();
        await own.Http.Put("api/parking-lots/a", """{ "name": "A", "capacity": 100 }""");
        await own.Http.Put($"api/parking-lots/{InPath}", $$"""{ "name": "{{InJson}}", "{{InJson}}": 1 }""");
        await own.Http.Post("api/parking-lots/a/readings", $$"""{ "deviceId": "{{InJson}}", "sequence": 1, "at": "{{Requests.At()}}", "occupied": 1 }""");
        await own.Http.Post("api/parking-lots/a/corrections", $$"""{ "occupied": 1, "by": "{{InJson}}", "reason": "{{InJson}}" }""");
        await own.Http.Get($"api/live?topic={InPath}");
        await own.Http.Get($"{InPath}?{InPath}={InPath}");
        await own.Http.Get("api/server", ("User-Agent", "\u001b[31mINJECTED"), ("X-Forwarded-For", "\u001bINJECTED"), ("Origin", "\u001bINJECTED"));
        await RawHttp.AskAsync(own.Address, "GET /\u001b[31mINJECTED HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        await RawHttp.AskAsync(own.Address, "INJECTED\u001b[31m / HTTP/1.1\r\n\r\n");
        await RawHttp.AskAsync(own.Address, $"GET /api/server HTTP/1.1\r\nHost: {own.Address.Authority}\r\nX-Evil: a\rINJECTED\u001b\r\nConnection: close\r\n\r\n");
        await IngestStream.SendAllAsync(own.Address, $$"""{"place":"parking-lots/a","{{InJson}}":1}""" + "\n");
        if (Mosquitto.IsInstalled)
        {
            await Mosquitto.PublishAsync(mqtt, "coordination/parking-lots/a/readings", $$"""{"{{InJson}}":1}""", null, "-q", "1");
            await Mosquitto.PublishAsync(mqtt, "coordination/parking-lots/a/readings", $$"""{"{{InJson}}":1}""", null, "-q", "1", "-i", "INJECTED");
        }
        await own.StopAsync();
        return lines;
    }
}
