using System.Threading.Channels;

namespace Coordination.Live.Relay;

/// <summary>Wakes one loop: at once, or when a time has come. Any number of calls before the loop looks make one wake.</summary>
internal sealed class Wake : IDisposable
{
    // The timers of the platform count whole milliseconds; asking for less would spin.
    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(1);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ITimer _timer;

    public Wake(TimeProvider time) =>
        _timer = time.CreateTimer(static self => ((Wake)self!).Now(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Now() => _signal.Writer.TryWrite(true);

    /// <summary>Replaces the time set before; null sets none.</summary>
    public void In(TimeSpan? delay) => _timer.Change(
        delay switch
        {
            null => Timeout.InfiniteTimeSpan,
            { } some when some < Finest => Finest,
            { } some => some,
        },
        Timeout.InfiniteTimeSpan);

    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _signal.Reader.ReadAsync(cancellation);

    public void Dispose() => _timer.Dispose();
}
