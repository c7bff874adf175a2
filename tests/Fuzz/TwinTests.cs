using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Coordination.Fuzz.Checks;
using Coordination.Fuzz.Generation;
using Coordination.Fuzz.Hub;
using Coordination.Fuzz.Wire;

namespace Coordination.Fuzz;

/// <summary>Each check finds what it is there for: answers, lines and figures of a server that is not well.</summary>
public sealed class TwinTests
{
    private const string Defended = "x-content-type-options: nosniff\ncontent-security-policy: default-src 'none'";
    private const string Problem = "content-type: application/problem+json\n" + Defended;

    private static readonly AnswerCheck Check = new(new Dictionary<string, int> { ["malformed"] = 400, ["store-unavailable"] = 503, ["internal"] = 500 });

    [Theory]
    [InlineData(500, Problem, """{"code":"internal","status":500}""", "a server error")]
    [InlineData(400, Defended, "<h1>Bad</h1>", "an error that is no problem")]
    [InlineData(400, Problem, "{", "an error that is no JSON")]
    [InlineData(400, Problem, """{"code":"made-up","status":400}""", "an error without a documented code")]
    [InlineData(400, Problem, """{"status":400}""", "an error without a documented code")]
    [InlineData(404, Problem, """{"code":"malformed","status":404}""", "an error malformed with another status than is documented")]
    [InlineData(400, "content-type: application/problem+json", """{"code":"malformed","status":400}""", "an answer without the headers of the defence")]
    [InlineData(200, Defended + "\nx-injected: 1", "", "a header that the client wrote")]
    [InlineData(200, Defended + "\nserver: Kestrel", "", "an answer without the headers of the defence")]
    [InlineData(200, Defended + "\ncontent-type: application/json", "{", "an answer that is no JSON")]
    [InlineData(400, Problem, "System.Exception: x\n   at Here()", "a stack in an answer")]
    [InlineData(400, "connection: close", "", "an answer without the headers of the defence")]
    [InlineData(400, Problem, """{"code":"malformed","status":400}""", null)]
    public void An_answer_that_no_client_should_get_is_found(int status, string headers, string body, string? fault) =>
        Assert.Equal(fault, Check.Fault(Request(Standing.Sound), Answer(status, headers, body)));

    [Fact]
    public void A_server_error_is_one_whatever_was_sent() => Assert.NotNull(Check.Fault(Request(Standing.Broken), Answer(503, Problem, """{"code":"store-unavailable","status":503}""")));

    [Theory]
    [InlineData("2026-01-02T03:04:05.678Z fail: Some.Category[1]\n      a\n      b\n      c\n      d\n      e\n      f")]
    [InlineData(Hostile.Mark + ": fail")]
    [InlineData("      a\u001b[31mb")]
    [InlineData("not an entry")]
    [InlineData("info: Without.A.Time[1]")]
    public void A_line_that_should_not_be_in_the_log_is_found(string lines)
    {
        var log = new LogCheck();
        foreach (var line in (string[])["2026-01-02T03:04:05.678Z info: Coordination.Server[0]", "      Started.", .. lines.Split('\n')])
            log.Take(line);
        Assert.Single(log.Faults);
    }

    [Fact]
    public void Memory_that_grows_is_found()
    {
        Assert.NotNull(FaultOf(300, 310, 320, 500));
        Assert.NotNull(FaultOf(1000, 1000));
        Assert.Null(FaultOf(200, 400, 410, 430));

        static string? FaultOf(params int[] samples)
        {
            var memory = new MemoryCheck(900);
            foreach (var sample in samples)
                memory.Add(sample);
            return memory.Fault();
        }
    }

    [Fact]
    public void A_count_that_is_lost_made_up_or_taken_twice_is_found()
    {
        var place = new ModelPlace("a");
        const string Movement = """{"deviceId":"g","sequence":1,"at":"2026-05-01T08:00:00Z","direction":"in","count":3}""";
        Assert.Null(place.Input(Movement, JsonNode.Parse("""{"status":"accepted","version":2}""")));
        Assert.NotNull(place.Input(Movement, JsonNode.Parse("""{"status":"accepted","version":3}""")));
        Assert.NotNull(place.Input(Movement.Replace(":1,", ":2,", StringComparison.Ordinal), JsonNode.Parse("""{"status":"duplicate"}""")));
        Assert.NotNull(new ModelPlace("b").Input("nonsense", JsonNode.Parse("""{"status":"accepted","version":2}""")));
        Assert.NotNull(place.Difference(JsonNode.Parse("""{"occupied":2}"""), JsonNode.Parse("""[{"inputs":2}]""")));
        Assert.NotNull(place.Difference(JsonNode.Parse("""{"occupied":3}"""), JsonNode.Parse("""[{"inputs":9}]""")));
        Assert.NotNull(place.Difference(JsonNode.Parse("""{}"""), JsonNode.Parse("""[]""")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"type":3,"invocationId":"1","error":"An unexpected error occurred invoking 'Watch' on the server."}""")]
    [InlineData("   at Coordination.Live.Hubs.LiveHub.Watch()")]
    public void A_hub_that_is_silent_or_fails_is_found(string? heard)
    {
        Assert.NotNull(HubLane.Fault(heard));
        Assert.Null(HubLane.Fault("An unexpected error occurred invoking 'Watch' on the server. HubException: too-many-topics"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", 0)]
    [InlineData("nonsense\r\n\r\n", 0)]
    public async Task An_answer_that_is_missing_or_breaks_off_is_missed(string said, int answers)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var tcp = await listener.AcceptTcpClientAsync();
            var stream = tcp.GetStream();
            await stream.ReadExactlyAsync(new byte[Request(Standing.Sound).Bytes.Length * 2]);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(said));
        });
        using var connection = await RawConnection.OpenAsync(new Uri($"http://{listener.LocalEndpoint}/"));
        var exchange = await connection.ExchangeAsync([Request(Standing.Sound), Request(Standing.Sound)]);
        await serving;
        Assert.Equal(answers, exchange.Answers.Count);
    }

    private static FuzzRequest Request(Standing standing) => new("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), "GET", "/", standing);

    private static FuzzAnswer Answer(int status, string headers, string body) => new(
        status, headers.Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]), Encoding.UTF8.GetBytes(body));
}
