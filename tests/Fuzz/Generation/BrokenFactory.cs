using System.Globalization;
using System.Text;
using Coordination.Fuzz.Wire;

namespace Coordination.Fuzz.Generation;

/// <summary>What is no HTTP, or no whole request. The connection is given up after each.</summary>
internal sealed class BrokenFactory(Dice dice, Uri server)
{
    private const int OverOneMebibyte = (1024 * 1024) + 1;

    public FuzzRequest Next()
    {
        var host = $"Host: {server.Authority}\r\n";
        var body = """{"name":"A"}""";
        return dice.Below(26) switch
        {
            0 => Broken(Encoding.Latin1.GetString(dice.Bytes(dice.Of([1, 10, 300, 5000])))),
            1 => Broken("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + Encoding.Latin1.GetString(dice.Bytes(200))),
            2 => Broken("GET /api/server\r\n\r\n"),
            3 => Broken("GET /api/server HTTP/9.9\r\n" + host + "\r\n"),
            4 => Broken("GET /api/server HTTP/1.1\r\n\r\n"),
            5 => Broken("GET /api/server HTTP/1.1\r\n" + host + host + "\r\n"),
            6 => Broken($"GET /api/server HTTP/1.1\r\nHost: {dice.Of(["evil example", "a:b:c", "[::1", "\u0000", "a/b", "a@b", new string('h', 5000)])}\r\n\r\n"),
            7 => Broken("GET /api/server HTTP/1.1\r\n" + host + "X: a\rInjected: b\r\n\r\n"),
            8 => Broken("GET /api/server HTTP/1.1\r\n" + host + "X: a\u0000b\r\n\r\n"),
            9 => Broken("GET /api/server HTTP/1.1\r\n" + host + "No colon at all\r\n\r\n"),
            10 => Broken("GET /api/server HTTP/1.1\r\n" + host + " X: folded\r\n\r\n"),
            11 => Broken("GET /api/server HTTP/1.1\r\n" + host + string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: y\r\n")) + "\r\n"),
            12 => Broken("GET /api/server HTTP/1.1\r\n" + host + $"X: {new string('x', 40_000)}\r\n\r\n"),
            13 => Broken($"GET /{new string('x', 20_000)} HTTP/1.1\r\n{host}\r\n"),
            14 => Broken($"{new string('M', dice.Of([50, 30_000]))} / HTTP/1.1\r\n{host}\r\n"),
            15 => Put($"Content-Length: {dice.Of(["-1", "x", "1, 2", "99999999999999999999", "0x10", "+5"])}\r\n", body),
            16 => Put("Content-Length: 5\r\nContent-Length: 50\r\n", body),
            17 => Put("Content-Length: 12\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + body),
            18 => Put($"Transfer-Encoding: {dice.Of(["gzip", "chunked, gzip", "xchunked", "identity", "chunked\r\nTransfer-Encoding: identity"])}\r\n", "0\r\n\r\n"),
            19 => Put("Transfer-Encoding: chunked\r\n", dice.Of(["x\r\n", "-1\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5\r\nab", "2\r\nabc\r\n0\r\n\r\n", "1;a=b\r\n{\r\n0\r\nTrailer: x\u0000\r\n\r\n"])),
            20 => Put($"Content-Length: {body.Length + dice.Between(1, 1000)}\r\n", body),
            21 => Put($"Content-Length: {OverOneMebibyte}\r\nExpect: 100-continue\r\n", ""),
            22 when dice.Chance(0.2) => Put($"Content-Length: {OverOneMebibyte}\r\n", new string(' ', OverOneMebibyte)),
            23 => Broken("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000"),
            24 => Broken($"{dice.Of(["OPTIONS *", "CONNECT example.com:80", "GET http://evil.example/api/server", "GET *", "GET server", "CONNECT /live"])} HTTP/1.1\r\n{host}\r\n"),
            _ => Broken("GET /live HTTP/1.1\r\n" + host + $"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: {dice.Of(["13", "8", "x"])}\r\nSec-WebSocket-Key: {dice.Of(["x", "", "dGhlIHNhbXBsZSBub25jZQ=="])}\r\nOrigin: {dice.Of(["https://evil.example", "x"])}\r\n\r\n"),
        };

        FuzzRequest Put(string headers, string content) => Broken(string.Create(CultureInfo.InvariantCulture, $"PUT /api/parking-lots/broken-{dice.Below(5)} HTTP/1.1\r\n{host}Content-Type: application/json\r\n{headers}\r\n{content}"));
    }

    private static FuzzRequest Broken(string text) => new(Encoding.Latin1.GetBytes(text), text.Split(' ')[0], text.Split(' ', 3) is [_, var target, ..] ? target : "", Standing.Broken) { IsLast = true };
}
