using System.Collections.Concurrent;

namespace Coordination.Server.Defence;

/// <summary>
/// Writes down who was kept out by a guard that asks for no name: of origins, of tokens of sessions, of rates. Of each kind ten a minute, so
/// that nobody fills the log by it; all of them are counted in <c>coordination_problems_total</c>.
/// </summary>
internal sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger)
{
    /// <summary>Lines a minute for one kind of refusal.</summary>
    public const int LinesPerMinute = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Kind> kinds = new(StringComparer.Ordinal);

    /// <param name="http">What was refused. Nothing that a client writes is told of it: the route and not the path, the address and no header.</param>
    /// <param name="code">One of the codes of errors.</param>
    public void Note(HttpContext http, string code)
    {
        var kind = kinds.GetOrAdd(code, _ => new Kind());
        int number;
        lock (kind)
        {
            if (kind.Since is not { } since || time.GetElapsedTime(since) >= Window)
                (kind.Since, kind.Count) = (time.GetTimestamp(), 0);
            number = ++kind.Count;
        }
        if (number <= LinesPerMinute)
            LogRefused(code, MethodOf(http.Request), (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route", http.Connection.RemoteIpAddress);
        if (number == LinesPerMinute)
            LogSilent(code);
    }

    /// <summary>Anybody may make up a method.</summary>
    private static string MethodOf(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method)
        || HttpMethods.IsDelete(request.Method) || HttpMethods.IsPatch(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsConnect(request.Method)
            ? request.Method
            : "another method";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused ({Code}): {Method} {Route} from {Address}.")]
    private partial void LogRefused(string code, string method, string route, System.Net.IPAddress? address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Further refusals ({Code}) of this minute are only counted, in coordination_problems_total.")]
    private partial void LogSilent(string code);

    private sealed class Kind
    {
        public long? Since { get; set; }

        public int Count { get; set; }
    }
}
