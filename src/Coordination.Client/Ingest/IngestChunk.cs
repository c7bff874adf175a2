using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Coordination.Client;

/// <summary>
/// Lines that are sent until each has a final outcome. A line is sent again, with the same sequence, when its answer was lost or
/// says "later"; the order among the lines that are sent again stays that of the input.
/// </summary>
internal sealed class IngestChunk(IReadOnlyList<IngestLine> lines)
{
    private readonly IngestResult[] results = new IngestResult[lines.Count];
    private readonly bool[] resent = new bool[lines.Count];
    private List<int> pending = [.. Enumerable.Range(0, lines.Count)];

    /// <summary>Outcomes in the order of the lines; complete when <see cref="Pending"/> is 0.</summary>
    public IReadOnlyList<IngestResult> Results => results;

    /// <summary>Lines without a final outcome.</summary>
    public int Pending => pending.Count;

    /// <summary>The request body for what is pending.</summary>
    public HttpContent ToContent()
    {
        var buffer = new ArrayBufferWriter<byte>(pending.Count * 160);
        using var writer = new Utf8JsonWriter(buffer);
        foreach (var index in pending)
        {
            JsonSerializer.Serialize(writer, lines[index], ClientJson.Default.IngestLine);
            writer.Reset();
            buffer.Write("\n"u8);
        }
        var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return content;
    }

    /// <summary>Reads the answers to what was pending. Throws when the stream breaks off or is not what was agreed.</summary>
    /// <param name="body">The response.</param>
    /// <param name="alive">Called at each piece that arrives.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Why some have to be sent again, if that is so.</returns>
    public async Task<string?> ReadAnswersAsync(Stream body, Action alive, CancellationToken cancellation)
    {
        var answered = 0;
        var later = new List<int>();
        string? reason = null;
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellation);
                alive();
                var buffer = read.Buffer;
                while (TakeLine(ref buffer, read.IsCompleted, out var line))
                {
                    if (!line.IsEmpty)
                        reason = Take(line, ref answered, later) ?? reason;
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    break;
            }
            if (answered < pending.Count)
                throw new IOException($"The answer ended after {answered} of {pending.Count} lines.");
            return reason;
        }
        finally
        {
            for (var i = answered; i < pending.Count; i++)
            {
                resent[pending[i]] = true;
                later.Add(pending[i]);
            }
            pending = later;
            await reader.CompleteAsync();
        }
    }

    /// <summary>The whole request may have been taken without an answer.</summary>
    public void AnswersLost()
    {
        foreach (var index in pending)
            resent[index] = true;
    }

    private string? Take(in ReadOnlySequence<byte> line, ref int answered, List<int> later)
    {
        WireResult? result;
        try
        {
            var json = new Utf8JsonReader(line);
            result = JsonSerializer.Deserialize(ref json, ClientJson.Default.WireResult);
        }
        catch (JsonException error)
        {
            // A connection that is cut in mid-line leaves half a line.
            throw new IOException("The answer broke off in the middle of a line.", error);
        }
        if (result is null || answered >= pending.Count || result.Line != answered + 1)
            throw new CoordinationException($"The server answered line {result?.Line} where line {answered + 1} of {pending.Count} was due.");
        var index = pending[answered++];
        if (result.Status is "unavailable" or "overloaded")
        {
            // "Unavailable" leaves open whether it was kept; "overloaded" was not taken.
            resent[index] |= result.Status is "unavailable";
            later.Add(index);
            return result.Code ?? result.Status;
        }
        results[index] = new IngestResult
        {
            Line = lines[index],
            Status = StatusOf(result.Status),
            Version = result.Version,
            OverCapacity = result.OverCapacity,
            First = result.First is { } first ? StatusOf(first) : null,
            Code = result.Code,
            Detail = result.Detail,
            Resent = resent[index],
        };
        return null;
    }

    private static IngestStatus StatusOf(string? status) => status switch
    {
        "accepted" => IngestStatus.Accepted,
        "late" => IngestStatus.Late,
        "duplicate" => IngestStatus.Duplicate,
        "refused" => IngestStatus.Refused,
        _ => throw new CoordinationException($"The server answered with a status this client does not know: {status}."),
    };

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, bool completed, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        line = buffer;
        if (!completed || buffer.IsEmpty)
            return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }
}
