using System.Globalization;

namespace Coordination.Ledger;

/// <summary>
/// Follows the chain of one stream from its first batch on. A stream that is older than the chain begins without; once it has begun, every
/// batch has a link.
/// </summary>
/// <param name="stream">The stream's name.</param>
public sealed class ChainCheck(string stream)
{
    /// <summary>Version of the newest event that was looked at.</summary>
    public long Version { get; private set; }

    /// <summary>Events in the newest batch that was looked at.</summary>
    public int LastCount { get; private set; }

    /// <summary>Version of the first event that is chained; null while none is.</summary>
    public long? ChainedFrom { get; private set; }

    /// <summary>The newest link; null while there is none.</summary>
    public string? Link { get; private set; }

    /// <summary>
    /// What the last batch before the chain would have as its link if they all had one: nothing in the store says so, but whoever noted it can tell
    /// whether they are still the same. Null when the first batch is chained.
    /// </summary>
    public string? Before { get; private set; }

    /// <summary>Where and how the chain is broken first; null while it holds.</summary>
    public string? Broken { get; private set; }

    /// <summary>Looks at the next batch.</summary>
    /// <returns><see cref="Broken"/>.</returns>
    public string? Add(in EventBatch batch)
    {
        if (Broken is not null)
            return Broken;
        if (batch.FirstVersion != Version + 1)
            return Break($"version {batch.FirstVersion} follows version {Version}");
        var payload = batch.Payload.Span;
        if (StreamChain.LinkOf(payload) is { } link)
        {
            if (link != StreamChain.Compute(Link ?? StreamChain.Genesis, stream, batch.FirstVersion, payload))
                return Break($"the chain is broken at version {batch.FirstVersion}: the link does not fit to what it seals or to the link before");
            ChainedFrom ??= batch.FirstVersion;
            Link = link;
        }
        else if (Link is not null)
            return Break($"the chain is broken at version {batch.FirstVersion}: the link is missing");
        else
            Before = StreamChain.Compute(Before ?? StreamChain.Genesis, stream, batch.FirstVersion, payload);

        Version += batch.Count;
        LastCount = batch.Count;
        return null;
    }

    private string Break(FormattableString how) => Broken = how.ToString(CultureInfo.InvariantCulture);
}
