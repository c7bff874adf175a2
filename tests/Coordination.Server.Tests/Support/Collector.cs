using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Coordination.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests.Support;

/// <summary>Takes the traces and metrics that a server sends by OTLP over HTTP, and keeps their bytes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> taken = new();

    private Collector(WebApplication app, int port) => (this.app, Port) = (app, port);

    public int Port { get; }

    public static async Task<Collector> StartAsync()
    {
        var port = ServerProcess.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var collector = new Collector(app, port);
        app.Run(collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    /// <summary>Whether a text is in what came to a path such as <c>/v1/traces</c>.</summary>
    public bool Has(string path, string text) => taken.Any(one => one.Path.EndsWith(path, StringComparison.Ordinal) && Bytes.Have(one.Body, text));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await using var whole = http.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body;
        await whole.CopyToAsync(body);
        taken.Enqueue((http.Request.Path.Value ?? "", body.ToArray()));
    }
}

internal static class Bytes
{
    /// <summary>Whether UTF-8 bytes hold a text as it is.</summary>
    public static bool Have(ReadOnlySpan<byte> bytes, string text) => bytes.IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
}
