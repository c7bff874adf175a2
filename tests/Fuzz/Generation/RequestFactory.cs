using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coordination.Fuzz.Description;
using Coordination.Fuzz.Wire;

namespace Coordination.Fuzz.Generation;

/// <summary>Makes requests for every operation that is described: sound ones, nearly sound ones, and what no client would send.</summary>
internal sealed class RequestFactory(ApiDocument document, Dice dice, FuzzOptions options, Uri server, DateTimeOffset start)
{
    private const int Places = 40;

    private static readonly string[] MediaTypes =
    [
        "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/json; charset=\"utf-8\"", "application/json;",
        "application/json; charset=", "*/*", "application/jsonx", "application/problem+json", "", "a", "application/json\t", "APPLICATION/JSON", "application/json, text/plain",
    ];

    private static readonly string[] Methods = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "QUERY"];

    private readonly WildJson json = new(document, dice, start);
    private readonly BrokenFactory broken = new(dice, server);

    public WildJson Json => json;

    /// <summary>Any request at all.</summary>
    public FuzzRequest Next() => dice.Below(100) switch
    {
        < 3 => broken.Next(),
        < 6 => Make("GET", Elsewhere(), [], null, Standing.Odd),
        < 8 => Make(dice.Of(["GET", "POST", "PUT", "DELETE"]), dice.Of(["/live", "/live?id=" + dice.Whole(), "/live/negotiate", "/live/negotiate?negotiateVersion=1", "/live/negotiate?negotiateVersion=x"]), [], null, Standing.Sound),
        < 10 => ForOperation(dice.Of(document.Operations), otherMethod: true),
        _ => ForOperation(dice.Of(document.Operations), otherMethod: false),
    };

    /// <summary>A request with a body of the caller's own making, with the credentials given.</summary>
    public FuzzRequest Sound(string method, string target, string mediaType, string body, params string[] headers) =>
        Make(method, target, [$"Content-Type: {mediaType}", .. Credentials(always: true), .. headers], Encoding.UTF8.GetBytes(body), Standing.Sound, chunked: dice.Chance(0.1)) with { Body = body };

    private FuzzRequest ForOperation(ApiOperation operation, bool otherMethod)
    {
        var wildness = dice.Of([0, 0, 0.1, 0.3, 1.0]);
        var standing = Standing.Sound;
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path"))
            path = path.Replace($"{{{parameter.Name}}}", PathValue(parameter, ref standing), StringComparison.Ordinal);
        var query = operation.Parameters.Where(parameter => parameter.In == "query" && dice.Chance(0.4)).Select(parameter => QueryPart(parameter, ref standing)).ToList();
        var headers = Credentials(always: false).ToList();
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "header" && dice.Chance(0.3)))
        {
            if (dice.Chance(wildness * 0.5))
                standing = Standing.Odd;
            headers.Add($"{parameter.Name}: {(standing == Standing.Odd ? dice.Of(Hostile.HeaderValues) : parameter.Name == "Idempotency-Key" ? $"key-{dice.Below(5000)}" : parameter.Example)}");
        }
        if (dice.Chance(0.03))
            headers.Add(dice.Of(["Origin: https://evil.example", "Origin: null", "X-Forwarded-For: 1.2.3.4, \u001b" + Hostile.Mark, "X-Forwarded-Host: evil.example", "Accept: application/xml", "Accept-Encoding: gzip, br", "Range: bytes=0-1", "If-Modified-Since: x", "Cookie: a=b; c=\"", "Content-Encoding: gzip", "X-HTTP-Method-Override: DELETE", "Expect: 100-continue", "TE: trailers"]));
        var target = path + (query.Count > 0 ? "?" + string.Join('&', query) : "");
        var method = otherMethod ? dice.Of(Methods) : operation.Method;
        if (operation.Streams && method == "GET" && !target.Contains("nonsense", StringComparison.Ordinal))
            target = "/api/live?topic=nonsense"; // A stream that opens never ends; those are opened one by one elsewhere.
        if (headers.Any(header => header.Any(c => c is < ' ' or > '~')) || method is "get" or "TRACE")
            standing = Standing.Odd;
        if (operation.Body is null || method is "GET" or "HEAD")
            return Make(method, target, headers, null, standing);
        var (bytes, sound) = Body(operation.Body, wildness);
        headers.Add($"Content-Type: {(dice.Chance(0.04) ? dice.Of(MediaTypes) : operation.Body.MediaType)}");
        return Make(method, target, headers, bytes, sound ? standing : Standing.Odd, chunked: dice.Chance(0.1));
    }

    private string PathValue(ApiParameter parameter, ref Standing standing)
    {
        if (!dice.Chance(0.12))
            return dice.Chance(0.05) ? parameter.Example : $"place-{dice.Below(Places)}";
        standing = Standing.Odd;
        return dice.Of(Hostile.PathIds);
    }

    private string QueryPart(ApiParameter parameter, ref Standing standing)
    {
        if (dice.Chance(0.6))
            return $"{parameter.Name}={Uri.EscapeDataString(parameter.Example)}";
        standing = dice.Chance(0.3) ? Standing.Odd : standing;
        var text = dice.Of([dice.Of(Hostile.Texts), dice.Of(Hostile.Instants), dice.Of(Hostile.Numbers)]);
        var value = standing == Standing.Odd && !text.Any(c => char.IsControl(c) || c is ' ' or '#' or > '\u007e') ? text : Uri.EscapeDataString(text);
        return dice.Chance(0.1) ? $"{parameter.Name}={value}&{parameter.Name}={value}" : dice.Chance(0.1) ? $"{parameter.Name}[]={value}" : $"{parameter.Name}={value}";
    }

    private string Elsewhere() => dice.Of(
    [
        "/", "/index.html", "/docs/", "/openapi/v1.json", "/openapi/../../etc/passwd", "/openapi/v2.json", "/assets/../appsettings.json", "/assets/%2e%2e/appsettings.json", "/appsettings.json", "/Coordination.Server.dll",
        "/.git/config", "/.env", "/wp-login.php", "/%", "/%00", "//evil.example/", "/\\evil.example", "/api", "/api/", "/API/SERVER", "/api//server", "/api/server/", "/api/./server", "/api/x/../server", "/dashboard/", "/dashboard/nothing",
        "/dashboard/GrainState?grainId=x&grainType=y", "/dashboard/SiloStats/x", "/dashboard/HistoricalStats/x", "/dashboard/GrainStats/x", "/screens/parking-lots/x", "/screens/x/y", "/communities/x", "/favicon.svg", "/health/x", "/metrics?name[]=x", "/" + new string('a', 3000), "/" + new string('/', 200), "/?" + new string('a', 3000), "/~root", "/cgi-bin/%%32%65",
    ]);

    private (byte[] Bytes, bool Sound) Body(ApiBody body, double wildness)
    {
        if (!body.MediaType.EndsWith("/json", StringComparison.Ordinal))
            return (Encoding.UTF8.GetBytes(Lines(body, wildness)), true);
        var text = json.Write(body.Schema, body.Example, wildness);
        if (!dice.Chance(wildness * 0.3))
            return (Encoding.UTF8.GetBytes(text), true);
        var bytes = Encoding.UTF8.GetBytes(text);
        return (dice.Below(10) switch
        {
            0 => [0xEF, 0xBB, 0xBF, .. bytes],
            1 => Encoding.Unicode.GetBytes(text),
            2 => Encoding.BigEndianUnicode.GetBytes("\ufeff" + text),
            3 => bytes[..dice.Below(bytes.Length + 1)],
            4 => [.. bytes, .. bytes],
            5 => [.. bytes, .. dice.Bytes(10)],
            6 => Spliced(bytes, dice.Of<byte[]>([[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xB8], [0]])),
            7 => dice.Bytes(dice.Below(300)),
            8 => [],
            _ => Encoding.UTF8.GetBytes(text[..^1] + new string(' ', dice.Of([10, 20_000, 200_000])) + text[^1..]),
        }, true);
    }

    private byte[] Spliced(byte[] bytes, byte[] piece)
    {
        var at = dice.Below(bytes.Length + 1);
        return [.. bytes[..at], .. piece, .. bytes[at..]];
    }

    /// <summary>Lines as of an ingest: those of the example, each made wild by itself.</summary>
    private string Lines(ApiBody body, double wildness)
    {
        var examples = (body.Example?.ToString() ?? "{}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var text = new StringBuilder();
        for (var i = dice.Of([0, 1, 2, 5, 20]); i > 0; i--)
        {
            var line = dice.Of(examples).Replace("jingtie-north", $"place-{dice.Below(Places)}", StringComparison.Ordinal);
            text.Append(dice.Chance(wildness) ? WildLine(line, body) : line).Append(dice.Of(["\n", "\n", "\n", "\r\n", "\n\n", " \n"]));
        }
        return text.ToString();
    }

    private string WildLine(string line, ApiBody body) => dice.Below(6) switch
    {
        0 => json.Nonsense(),
        1 => line[..dice.Below(line.Length)],
        2 => new string('x', dice.Of([100, 16_384, 17_000, 70_000])),
        3 => line + line,
        _ => json.Write(body.Schema, JsonOf(line), 0.5),
    };

    private static JsonNode? JsonOf(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IEnumerable<string> Credentials(bool always)
    {
        if (!always && dice.Chance(options.GarbageCredentials))
            yield return $"Authorization: {dice.Of(Hostile.Credentials)}";
        else if (options.Authorization is { } given && (always || !dice.Chance(options.WithoutCredentials)))
            yield return $"Authorization: {given}";
    }

    private FuzzRequest Make(string method, string target, IEnumerable<string> headers, byte[]? body, Standing standing, bool chunked = false)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: {server.Authority}\r\n");
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        var all = new MemoryStream();
        // A body that is expected and is not there must not be waited for.
        var length = body?.Length ?? 0;
        var framing = chunked && body is not null ? "Transfer-Encoding: chunked\r\n" : body is not null || method is "POST" or "PUT" or "PATCH" ? $"Content-Length: {length}\r\n" : "";
        all.Write(Encoding.Latin1.GetBytes($"{head}{framing}\r\n"));
        if (chunked && body is not null)
            WriteChunks(all, body);
        else
            all.Write(body);
        return new FuzzRequest(all.ToArray(), method, target, standing);
    }

    /// <summary>In small pieces first, so that everything is cut somewhere.</summary>
    private void WriteChunks(MemoryStream all, byte[] body)
    {
        for (var sent = 0; sent < body.Length;)
        {
            var rest = body.Length - sent;
            var piece = sent > 2000 ? rest : Math.Min(dice.Of([1, 7, 100, 5000]), rest);
            all.Write(Encoding.ASCII.GetBytes($"{piece:X}\r\n"));
            all.Write(body.AsSpan(sent, piece));
            all.Write("\r\n"u8);
            sent += piece;
        }
        all.Write("0\r\n\r\n"u8);
    }
}
