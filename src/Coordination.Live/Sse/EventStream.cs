using System.IO.Pipelines;

namespace Coordination.Live.Sse;

/// <summary>Writes frames to one response, one after the other, and knows since when the client takes nothing.</summary>
internal sealed class EventStream(PipeWriter body, TimeProvider time, CancellationToken ended) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _begun;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame)
    {
        await _turn.WaitAsync(ended);
        await WriteInTurnAsync(frame);
    }

    /// <summary>Writes the frame unless a write is in flight.</summary>
    public async Task WriteIfIdleAsync(ReadOnlyMemory<byte> frame)
    {
        if (await _turn.WaitAsync(TimeSpan.Zero, ended))
            await WriteInTurnAsync(frame);
    }

    /// <summary>How long the write in flight has lasted; zero when there is none.</summary>
    public TimeSpan Blocked => Interlocked.Read(ref _begun) is var begun and not 0 ? time.GetElapsedTime(begun) : TimeSpan.Zero;

    /// <summary>
    /// Waits for the write in flight, and lets no other begin: the response may not be written to once its request is over. To be
    /// called when the stream has ended, which also ends that write.
    /// </summary>
    public async ValueTask DisposeAsync() => await _turn.WaitAsync(CancellationToken.None);

    private async ValueTask WriteInTurnAsync(ReadOnlyMemory<byte> frame)
    {
        try
        {
            Interlocked.Exchange(ref _begun, Math.Max(time.GetTimestamp(), 1));
            var result = await body.WriteAsync(frame, ended);
            if (result.IsCompleted || result.IsCanceled)
                throw new OperationCanceledException("The client is gone.");
        }
        finally
        {
            Interlocked.Exchange(ref _begun, 0);
            _turn.Release();
        }
    }
}
