using System.Text.Json;

namespace Coordination.Client;

/// <summary>The newest view of a topic.</summary>
/// <param name="Topic">Such as <c>parking-lots/jingtie-north</c>.</param>
/// <param name="Epoch">With <paramref name="Version"/> orders views.</param>
/// <param name="Version">Order within the epoch.</param>
/// <param name="View">The whole view; null when the place does not exist yet.</param>
public sealed record LiveUpdate(string Topic, long Epoch, long Version, JsonElement? View)
{
    /// <summary>Whether this is newer than <paramref name="other"/>; anything is newer than nothing.</summary>
    public bool IsNewerThan(LiveUpdate? other) =>
        other is null || Epoch > other.Epoch || (Epoch == other.Epoch && Version > other.Version)
        // Asking again may answer with the same version of a place that did not exist before.
        || (other.View is null && View is not null);
}

/// <summary>Whether the figures on the screen can still change.</summary>
public enum LiveState
{
    /// <summary>Not connected, and trying.</summary>
    Connecting,

    /// <summary>Connected; every watched topic was asked for again.</summary>
    Connected,

    /// <summary>Disposed.</summary>
    Stopped,
}

/// <summary>One answer to Watch.</summary>
internal sealed record WatchAnswer
{
    public string Topic { get; init; } = "";
    public long Epoch { get; init; }
    public long Version { get; init; }
    public JsonElement? View { get; init; }
    public string? Code { get; init; }
}

/// <summary>The order of a pushed view.</summary>
internal sealed record ViewOrder
{
    public long Epoch { get; init; }
    public long Version { get; init; }
}

/// <summary>Whether figures are confirmed.</summary>
internal sealed record StatusNotice
{
    public DateTimeOffset? UnconfirmedSince { get; init; }
}

/// <summary>The host leaves.</summary>
internal sealed record GoodbyeNotice
{
    public int ReconnectAfterMs { get; init; }
}
