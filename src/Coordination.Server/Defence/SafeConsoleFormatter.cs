using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Coordination.Server.Defence;

/// <summary>
/// Writes the log as the usual console does, but whatever text of a client is in it, it neither begins a line of its own nor speaks to the
/// terminal of who reads it: control characters, line and paragraph separators and marks that turn the writing round are written as
/// <c>\u001B</c>. Only a stack keeps its lines, each set in.
/// </summary>
internal sealed class SafeConsoleFormatter(IOptionsMonitor<ConsoleFormatterOptions> options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "safe";

    /// <summary>When, to the millisecond, unless the setting says something else.</summary>
    private const string InUtc = "yyyy-MM-dd'T'HH:mm:ss.fff'Z '";

    private const string Indent = "      ";

    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0xFFFF).Select(code => (char)code).Where(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u061C' or (>= '\u200E' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))]);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // What a hub tells its client is no failure of ours; SignalR would let every client write one with a stack.
        if (logEntry.Exception is HubException)
            return;
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if ((options.CurrentValue.TimestampFormat ?? InUtc) is { Length: > 0 } format)
            textWriter.Write(TimeProvider.System.GetUtcNow().ToString(format, CultureInfo.InvariantCulture));
        textWriter.Write(WordOf(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write('[');
        textWriter.Write(logEntry.EventId.Id.ToString(CultureInfo.InvariantCulture));
        textWriter.Write("]\n");
        WriteLine(textWriter, message);
        if (logEntry.Exception is not { } exception)
            return;
        foreach (var line in exception.ToString().Split('\n'))
            WriteLine(textWriter, line.TrimEnd('\r'));
    }

    /// <summary>The same text with everything unsafe in it spelt out.</summary>
    internal static string Clean(string text) => text.AsSpan().IndexOfAny(Unsafe) < 0
        ? text
        : string.Concat(text.Select(c => Unsafe.Contains(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : c.ToString()));

    private static void WriteLine(TextWriter writer, string text)
    {
        writer.Write(Indent);
        writer.Write(Clean(text));
        writer.Write('\n');
    }

    private static string WordOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
