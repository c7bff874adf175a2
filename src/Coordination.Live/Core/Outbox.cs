using Coordination.Contracts.Live;

namespace Coordination.Live.Core;

/// <summary>
/// What waits to be written to one connection: at most one view per open topic, the newest, each kind of notice at most once, and one
/// write in flight. Posting never waits and never fails, whatever the connection does; one that does not read costs one write and one
/// reference per topic.
/// </summary>
/// <remarks>
/// Safe to use from many threads. Knows no transport and no clock: the writer is a delegate, and the next write starts when it
/// completes. Notices go first, then topics in the order in which they had something to say. A writer that fails closes the outbox.
/// </remarks>
public sealed class Outbox
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly LinkedList<Slot> _ready = new();
    private readonly Func<SharedView, ValueTask> _write;
    private readonly Func<Notice, ValueTask>? _tell;
    private readonly Action<Exception>? _failed;
    private readonly OutboxCounts _counts;
    private Notice _notices;
    private bool _writing;
    private bool _closed;
    private bool _broken;

    /// <param name="write">Writes one view; the next is not begun before it completes.</param>
    /// <param name="failed">Called once, outside any lock, when a write failed and the outbox has closed itself.</param>
    /// <param name="counts">Where to count views; shared by the outboxes of a transport.</param>
    /// <param name="tell">Writes one notice, as things are at that moment; null when there are none to tell.</param>
    public Outbox(
        Func<SharedView, ValueTask> write,
        Action<Exception>? failed = null,
        OutboxCounts? counts = null,
        Func<Notice, ValueTask>? tell = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        _write = write;
        _tell = tell;
        _failed = failed;
        _counts = counts ?? new OutboxCounts();
    }

    /// <summary>Views that wait; never more than the open topics.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
                return _ready.Count;
        }
    }

    /// <summary>Whether a write is in flight.</summary>
    public bool IsWriting
    {
        get
        {
            lock (_gate)
                return _writing;
        }
    }

    /// <summary>Whether nothing will be written any more.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _closed;
        }
    }

    /// <summary>Takes views of a topic from now on. Nothing happens when it is open already.</summary>
    public void Open(string topic)
    {
        lock (_gate)
        {
            if (!_closed)
                _slots.TryAdd(topic, new Slot());
        }
    }

    /// <summary>Takes no more views of a topic, and forgets the one that waits. A write in flight is not taken back.</summary>
    public void Close(string topic)
    {
        lock (_gate)
        {
            if (_slots.Remove(topic, out var slot) && slot.Pending is not null)
                _ready.Remove(slot.Node);
        }
    }

    /// <summary>Closes all topics for good.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _notices = Notice.None;
            _slots.Clear();
            _ready.Clear();
        }
    }

    /// <summary>Closes it as a failed write does: its connection is cut off, and its client asks again.</summary>
    public void Break() => Fail(new InvalidOperationException("What was sent no longer holds."));

    /// <summary>
    /// Hands over a view. It replaces one of the same topic that waits; it is dropped when its topic is not open, or when it is not
    /// newer than what was posted before.
    /// </summary>
    public void Post(SharedView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        lock (_gate)
        {
            if (!_slots.TryGetValue(view.Topic, out var slot) || !view.View.IsNewerThan(slot.Posted))
                return;
            slot.Posted = view.View;
            if (slot.Pending is null)
                _ready.AddLast(slot.Node);
            else
                _counts.CountCoalesced();
            slot.Pending = view;
            if (_writing)
                return;
            _writing = true;
        }

        WriteAll();
    }

    /// <summary>
    /// Has a notice written before the views that wait. It carries no value: what is true when its turn comes is what is written, so
    /// one that waits is never out of date and telling it twice changes nothing.
    /// </summary>
    public void Tell(Notice notice)
    {
        lock (_gate)
        {
            if (_closed || _tell is null)
                return;
            _notices |= notice;
            if (_writing)
                return;
            _writing = true;
        }

        WriteAll();
    }

    /// <summary>Allocates nothing as long as the connection takes at once what it is given.</summary>
    private void WriteAll()
    {
        try
        {
            while (TryTake(out var view, out var notice))
            {
                var write = view is null ? _tell!(notice) : _write(view);
                if (!write.IsCompletedSuccessfully)
                {
                    _ = FinishAsync(write, isView: view is not null);
                    return;
                }

                if (view is not null)
                    _counts.CountPush();
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private async Task FinishAsync(ValueTask write, bool isView)
    {
        try
        {
            await write;
        }
        catch (Exception error)
        {
            Fail(error);
            return;
        }

        if (isView)
            _counts.CountPush();
        WriteAll();
    }

    private void Fail(Exception error)
    {
        lock (_gate)
        {
            _writing = false;
            if (_broken)
                return;
            _broken = true;
        }

        Close();
        _failed?.Invoke(error);
    }

    private bool TryTake(out SharedView? view, out Notice notice)
    {
        lock (_gate)
        {
            view = null;
            notice = _notices & (Notice)(-(int)_notices);
            if (notice is not Notice.None)
            {
                _notices &= ~notice;
                return true;
            }

            if (_ready.First is not { } node)
                return _writing = false;
            _ready.Remove(node);
            view = node.Value.Pending;
            node.Value.Pending = null;
            return true;
        }
    }

    private sealed class Slot
    {
        public Slot() => Node = new LinkedListNode<Slot>(this);

        /// <summary>Its place among those that wait; made once, so that posting allocates nothing.</summary>
        public LinkedListNode<Slot> Node { get; }

        public SharedView? Pending { get; set; }

        public LiveView? Posted { get; set; }
    }
}

/// <summary>What the outboxes of one transport did, added up. Safe to use from many threads.</summary>
public sealed class OutboxCounts
{
    private long _pushes;
    private long _coalesced;

    /// <summary>Views written to a connection.</summary>
    public long Pushes => Interlocked.Read(ref _pushes);

    /// <summary>Views that a newer one replaced before they were written.</summary>
    public long Coalesced => Interlocked.Read(ref _coalesced);

    internal void CountPush() => Interlocked.Increment(ref _pushes);

    internal void CountCoalesced() => Interlocked.Increment(ref _coalesced);
}
