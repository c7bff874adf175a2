using Coordination.Live.Core;

namespace Coordination.Live.Tests.Support;

/// <summary>An outbox whose connection notes what is written to it, at once or when it is told to take it.</summary>
internal sealed class Recorder
{
    private readonly bool _stuck;
    private TaskCompletionSource? _writing;

    public Recorder(bool stuck = false)
    {
        _stuck = stuck;
        Outbox = new Outbox(Write, error => Error = error, Counts, Tell);
    }

    public Outbox Outbox { get; }

    public OutboxCounts Counts { get; } = new();

    public List<SharedView> Written { get; } = [];

    /// <summary>Everything written, notices by their names and views by their versions.</summary>
    public List<string> Said { get; } = [];

    public Exception? Error { get; private set; }

    /// <summary>Most writes that were ever in flight together.</summary>
    public int MostInFlight { get; private set; }

    private int InFlight { get; set; }

    public long[] Versions(string topic) => [.. Written.Where(view => view.Topic == topic).Select(view => view.View.Version)];

    /// <summary>Ends the write in flight; false when there is none.</summary>
    public bool Take(Exception? error = null)
    {
        if (_writing is not { } writing)
            return false;
        _writing = null;
        InFlight--;
        if (error is null)
            writing.SetResult();
        else
            writing.SetException(error);
        return true;
    }

    private ValueTask Write(SharedView view)
    {
        Written.Add(view);
        return Say($"{view.View.Version}");
    }

    private ValueTask Tell(Notice notice) => Say($"{notice}");

    private ValueTask Say(string what)
    {
        Said.Add(what);
        MostInFlight = Math.Max(MostInFlight, ++InFlight);
        if (_stuck)
        {
            // Continues inline, so that a test is one thread and each step is over when its call returns.
            _writing = new TaskCompletionSource();
            return new ValueTask(_writing.Task);
        }

        InFlight--;
        return default;
    }
}
