using System.Runtime.CompilerServices;

namespace Coordination.Client;

/// <summary>Sends lines in chunks over <c>POST /api/ingest</c> and keeps at it until each has a final outcome.</summary>
internal sealed class IngestSender(HttpClient http, ServerRing servers, TimeProvider time, IngestOptions options)
{
    /// <summary>One result per line, in the order of the lines, as each chunk is answered.</summary>
    public async IAsyncEnumerable<IngestResult> SendAsync(
        IAsyncEnumerable<IngestLine> lines, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkLines, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ChunkLines, 10_000);
        using var sourceEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var source = lines.GetAsyncEnumerator(sourceEnd.Token);
        var next = source.MoveNextAsync().AsTask();
        try
        {
            var more = true;
            while (more)
            {
                var chunk = new List<IngestLine>();
                more = await next;
                while (more)
                {
                    chunk.Add(source.Current);
                    next = source.MoveNextAsync().AsTask();
                    // A line that is not there yet must not hold up those that are.
                    if (chunk.Count >= options.ChunkLines || !next.IsCompleted)
                        break;
                    more = await next;
                }
                if (chunk.Count == 0)
                    continue;
                foreach (var result in await SendChunkAsync(new IngestChunk(chunk), cancellation))
                    yield return result;
            }
        }
        finally
        {
            // A source that is still thinking about its next line cannot be disposed.
            await sourceEnd.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IReadOnlyList<IngestResult>> SendChunkAsync(IngestChunk chunk, CancellationToken cancellation)
    {
        var failures = 0;
        var lastProgress = time.GetTimestamp();
        while (true)
        {
            var before = chunk.Pending;
            var server = servers.Current;
            var (reason, retryAfter, error) = await TryOnceAsync(server, chunk, cancellation);
            if (chunk.Pending == 0)
                return chunk.Results;
            servers.MoveOn(server);
            if (chunk.Pending < before)
            {
                failures = 0;
                lastProgress = time.GetTimestamp();
            }
            failures++;
            var waited = time.GetElapsedTime(lastProgress);
            if (failures >= servers.Count && waited >= options.Retry.Patience)
                throw new CoordinationException($"Gave up after {waited.TotalSeconds:F0} s without an answer: {reason}", error ?? new TimeoutException());
            var delay = servers.DelayAfter(options.Retry, failures, retryAfter);
            options.OnRetry?.Invoke(new IngestRetry(failures, delay, chunk.Pending, reason ?? "unknown"));
            await Task.Delay(delay, time, cancellation);
        }
    }

    private async Task<(string? Reason, TimeSpan? RetryAfter, Exception? Error)> TryOnceAsync(Uri server, IngestChunk chunk, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(options.StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        var reading = false;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "api/ingest")) { Content = chunk.ToContent() };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (RetryPolicy.IsRetryable(response.StatusCode))
            {
                if (response.StatusCode != System.Net.HttpStatusCode.TooManyRequests)
                    chunk.AnswersLost();
                return ($"{(int)response.StatusCode} {response.ReasonPhrase}", RetryPolicy.RetryAfterOf(response, time), null);
            }
            if (!response.IsSuccessStatusCode)
                throw await CoordinationException.FromAsync(response, either.Token);
            reading = true;
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return (await chunk.ReadAnswersAsync(body, () => stall.CancelAfter(options.StallTimeout), either.Token), null, null);
        }
        catch (HttpRequestException error)
        {
            // Nothing was sent when there was no connection; otherwise nobody knows.
            if (!reading && error.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError))
                chunk.AnswersLost();
            return (error.Message, null, error);
        }
        catch (IOException error)
        {
            return (error.Message, null, error);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            if (!reading)
                chunk.AnswersLost();
            return ($"no answer for {options.StallTimeout.TotalSeconds:F0} s", null, null);
        }
    }
}
