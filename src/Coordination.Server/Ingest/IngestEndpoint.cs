using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Server.Api;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Coordination.Server.Ingest;

/// <summary>
/// <c>POST /api/ingest</c>: inputs for many places at once as NDJSON, one result per line, streamed both ways. While one window of
/// lines is being committed the next fills. A bad line gets a result like any other and spoils no good one.
/// </summary>
internal static class IngestEndpoint
{
    /// <summary>Longest line in bytes.</summary>
    public const int MaxLineBytes = 16 * 1024;

    public const string MediaType = "application/x-ndjson";

    private static readonly TimeSpan ForReading = TimeSpan.FromSeconds(1);

    public static void MapIngest(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/ingest", async (HttpContext http, IGrainFactory grains, AccessGate gate, SubjectBook subjects, TimeProvider time, IHostApplicationLifetime host) =>
        {
            if (http.Request.ContentType?.Split(';')[0].Trim() is not (MediaType or "application/jsonl" or "application/json-lines"))
                return Problems.Of(StatusCodes.Status415UnsupportedMediaType, ErrorCodes.UnsupportedMediaType, $"The body is {MediaType}.", "Content-Type");
            try
            {
                var caller = Caller.Of(http);
                using var letIn = subjects.WatchFor(caller, http.Abort);
                var session = new Session(http, grains, new InputAccess(gate, caller, time), host.ApplicationStopping);
                await session.RunAsync();
                if (session.WasCut)
                    await LeaveAsync(http);
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException && http.Response.HasStarted)
            {
                // The sender went away or broke off in mid-request: what had no result it sends again. Nothing for an operator to see.
                http.Abort();
            }
            return Results.Empty;
        }).WithName("Ingest").NeedsSomewhere(Permission.RecordInput).WithTags("Input").WithSummary("Inputs for many places as NDJSON, one result per line, streamed.")
            .Accepts<IngestLine>(MediaType).Produces<IngestResult>(200, MediaType).ProducesProblem(415);

    /// <summary>Ends the answer, gives the sender a moment to read it, and lets go: the server would wait for the rest of the body.</summary>
    private static async Task LeaveAsync(HttpContext http)
    {
        await http.Response.CompleteAsync();
        await Task.Delay(ForReading, http.RequestServices.GetRequiredService<TimeProvider>(), http.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        http.Abort();
    }

    private sealed class Session(HttpContext http, IGrainFactory grains, InputAccess access, CancellationToken stopping)
    {
        private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

        private readonly TextCache texts = new();
        private readonly ConcurrentDictionary<PlaceId, LineStatus> held = new();
        private readonly byte[] joined = new byte[MaxLineBytes];
        private readonly CancellationToken gone = http.RequestAborted;
        private long line;

        /// <summary>The host stops, and there may be more to read.</summary>
        public bool WasCut { get; private set; }

        private bool skipping;

        public async Task RunAsync()
        {
            // As long as the sender likes, and as slowly.
            http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
            http.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = null;
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            http.Response.ContentType = MediaType;
            var (reader, output) = (http.Request.BodyReader, http.Response.BodyWriter);
            await http.Response.StartAsync(gone);
            using var writer = ResultWriter.NewWriter(output);
            // A sender that never ends must not hold up the end of the host: what was read is answered, the rest it sends to another.
            using var leaving = stopping.Register(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
            // One window is with the places, the next one fills meanwhile: the longer a commit takes, the more share the one after it.
            var (window, spare, inFlight) = (new IngestWindow(), new IngestWindow(), default((IngestWindow Window, Task Sent)?));
            var (reading, ended) = (default(Task<ReadResult>), false);
            while (true)
            {
                if (inFlight is { Sent.IsCompleted: true } last)
                {
                    await last.Sent;
                    ResultWriter.Write(output, writer, last.Window.Results);
                    await output.FlushAsync(gone);
                    inFlight = null;
                }
                if (inFlight is null && window.Count > 0)
                {
                    inFlight = (window, window.SendAsync(grains, held, access));
                    window = new IngestWindow();
                }
                if (reading is { IsCompleted: true })
                {
                    var read = await reading;
                    reading = null;
                    if (read.IsCanceled)
                    {
                        reader.AdvanceTo(read.Buffer.Start);
                        WasCut = ended = true;
                        continue;
                    }
                    var rest = Take(read.Buffer, window, read.IsCompleted);
                    ended = read.IsCompleted && rest.IsEmpty;
                    // Unless the window is full, everything was looked at and only more data can help.
                    reader.AdvanceTo(rest.Start, window.IsFull ? rest.Start : rest.End);
                    continue;
                }
                if (reading is null && !ended && !window.IsFull)
                {
                    if (stopping.IsCancellationRequested)
                    {
                        WasCut = ended = true;
                        continue;
                    }
                    reading = reader.ReadAsync(gone).AsTask();
                    continue;
                }
                if (inFlight is { } current)
                    await (reading is null ? current.Sent : Task.WhenAny(reading, current.Sent));
                else if (reading is not null)
                    await Task.WhenAny(reading);
                else
                    return;
            }
        }

        /// <summary>Moves whole lines into the window; returns what is left.</summary>
        private ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer, IngestWindow window, bool isLast)
        {
            while (!window.IsFull && !buffer.IsEmpty)
            {
                if (buffer.PositionOf((byte)'\n') is { } end)
                {
                    TakeLine(buffer.Slice(0, end), window);
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }
                else if (isLast)
                {
                    TakeLine(buffer, window);
                    buffer = buffer.Slice(buffer.End);
                }
                else if (buffer.Length > MaxLineBytes)
                {
                    // Told once, at its end; the rest of it is not kept.
                    skipping = true;
                    buffer = buffer.Slice(buffer.End);
                }
                else
                    break;
            }
            if (isLast && skipping && buffer.IsEmpty)
                TakeLine(buffer, window);
            return buffer;
        }

        private void TakeLine(ReadOnlySequence<byte> bytes, IngestWindow window)
        {
            line++;
            if (skipping || bytes.Length > MaxLineBytes)
            {
                skipping = false;
                window.Refuse(line, Rejection.Refused(ErrorCodes.LineTooLong, "A line has at most 16 KiB."));
                return;
            }
            var json = bytes.IsSingleSegment ? bytes.FirstSpan : Join(bytes);
            json = json.TrimEnd((byte)'\r');
            if (line == 1 && json.StartsWith(ByteOrderMark))
                json = json[ByteOrderMark.Length..]; // Some editors and spreadsheets put it before everything they save.
            if (json.Trim(" \t"u8).IsEmpty)
                return;
            if (InputLine.Read(json, texts, null, null, out var place, out var input) is { } rejection)
                window.Refuse(line, rejection);
            else
                window.Add(line, place, input!);
        }

        private ReadOnlySpan<byte> Join(ReadOnlySequence<byte> bytes)
        {
            bytes.CopyTo(joined);
            return joined.AsSpan(0, (int)bytes.Length);
        }
    }
}
