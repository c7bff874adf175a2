namespace Coordination.Client;

/// <summary>One line of <c>POST /api/ingest</c>: a reading or a movement of any place.</summary>
public readonly record struct IngestLine
{
    /// <summary>Path of the place, such as <c>parking-lots/jingtie-north</c>.</summary>
    public required string Place { get; init; }

    /// <summary><c>reading</c> or <c>movement</c>.</summary>
    public required string Type { get; init; }
    public required string DeviceId { get; init; }

    /// <summary>The device's own number for this input; the server counts each number once.</summary>
    public required long Sequence { get; init; }
    public required DateTimeOffset At { get; init; }
    public int? Occupied { get; init; }
    public int? Free { get; init; }
    public string? Direction { get; init; }
    public int? Count { get; init; }
    public string? Zone { get; init; }
}

/// <summary>How a line ended on the server.</summary>
public enum IngestStatus
{
    /// <summary>It moved the present.</summary>
    Accepted,

    /// <summary>Older than the last reading of its device: kept in the history only.</summary>
    Late,

    /// <summary>This (device, sequence) was there before: nothing changed.</summary>
    Duplicate,

    /// <summary>Not taken, and never will be; the code says why.</summary>
    Refused,
}

/// <summary>The final outcome of one line.</summary>
public readonly record struct IngestResult
{
    /// <summary>The line it belongs to.</summary>
    public required IngestLine Line { get; init; }
    public required IngestStatus Status { get; init; }

    /// <summary>Version of the place that contains the outcome; 0 when refused.</summary>
    public long Version { get; init; }
    public bool OverCapacity { get; init; }

    /// <summary>Of a duplicate: how the first one ended.</summary>
    public IngestStatus? First { get; init; }

    /// <summary>Why it was refused, stable.</summary>
    public string? Code { get; init; }

    /// <summary>Why it was refused, for people.</summary>
    public string? Detail { get; init; }

    /// <summary>
    /// It was sent more than once because an earlier answer may have been lost. If it is a duplicate, it may be one of itself, and
    /// <see cref="First"/> is what became of it.
    /// </summary>
    public bool Resent { get; init; }
}

/// <summary>A result as it comes over the wire.</summary>
internal sealed record WireResult
{
    public int Line { get; init; }
    public string? Status { get; init; }
    public long Version { get; init; }
    public bool OverCapacity { get; init; }
    public string? First { get; init; }
    public string? Code { get; init; }
    public string? Detail { get; init; }
}

/// <summary>How lines are sent.</summary>
public sealed record IngestOptions
{
    /// <summary>
    /// Most lines in one request, 1 to 10,000. A request is also sent when the next line is not there yet. One request is in flight
    /// at a time, so the lines of a place arrive in their order.
    /// </summary>
    public int ChunkLines { get; init; } = 2_000;

    /// <summary>When to send again and when to give up.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>A request without any answer for this long counts as lost, and its unanswered lines are sent again.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told of every retry: how many in a row, how long the wait, and why.</summary>
    public Action<IngestRetry>? OnRetry { get; init; }
}

/// <summary>A retry that is about to happen.</summary>
/// <param name="Failures">Failures in a row, from 1.</param>
/// <param name="Delay">Wait before it.</param>
/// <param name="Lines">Lines that are sent again.</param>
/// <param name="Reason">For people.</param>
public readonly record struct IngestRetry(int Failures, TimeSpan Delay, int Lines, string Reason);
