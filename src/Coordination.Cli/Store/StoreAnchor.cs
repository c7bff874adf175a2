using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coordination.Ledger;

namespace Coordination.Cli.Store;

/// <summary>Where the chain of a stream stood.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Version">Events in it.</param>
/// <param name="Link">The link of its last batch; null when it has none.</param>
/// <param name="Before">Digest of the batches before the chain; null when there are none.</param>
internal sealed record AnchoredStream(string Stream, long Version, string? Link, string? Before)
{
    public static AnchoredStream Of(string stream, ChainCheck chain) => new(stream, chain.Version, chain.Link, chain.Before);

    /// <summary>Compares when the check has come to the version that was anchored, or past it.</summary>
    /// <returns>What differs; null when nothing does, or it is not yet or no longer at that version.</returns>
    public string? Compare(ChainCheck chain)
    {
        if (chain.Version == Version)
            return chain.Link == Link && chain.Before == Before ? null : $"the anchor knows other events up to version {Version}";
        return chain.Version > Version && chain.Version - chain.LastCount < Version ? $"the anchor knows a batch that ends at version {Version}, and there is none" : null;
    }
}

/// <summary>
/// What is noted of a store, to be kept where nobody who can write to the store can write: the heads of all chains, and a hash over them. Who
/// rewrites a whole stream, links and all, cannot make it contain the noted link.
/// </summary>
/// <param name="Format">Says what the file is.</param>
/// <param name="TakenAt">When, as <c>2026-05-01T08:00:00Z</c>.</param>
/// <param name="Streams">The streams that had events, in the order of their names.</param>
/// <param name="Hash">SHA-256 over a line for the time and one for each stream; see <see cref="ComputeHash"/>.</param>
internal sealed record StoreAnchor(string Format, string TakenAt, IReadOnlyList<AnchoredStream> Streams, string Hash)
{
    private const string KnownFormat = "coordination-anchor/1";

    private readonly Dictionary<string, AnchoredStream> byName = Streams.ToDictionary(stream => stream.Stream, StringComparer.Ordinal);

    /// <summary>The anchor of a store whose streams were all checked.</summary>
    public static StoreAnchor Of(IEnumerable<AnchoredStream> heads, DateTimeOffset takenAt)
    {
        AnchoredStream[] streams = [.. heads.OrderBy(head => head.Stream, StringComparer.Ordinal)];
        var anchor = new StoreAnchor(KnownFormat, takenAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), streams, "");
        return anchor with { Hash = anchor.ComputeHash() };
    }

    /// <summary>What was noted of a stream; null when it was not there.</summary>
    public AnchoredStream? Find(string stream) => byName.GetValueOrDefault(stream);

    /// <summary>Streams that were noted and are not among these.</summary>
    public IEnumerable<AnchoredStream> MissingFrom(IEnumerable<StreamInfo> streams)
    {
        var found = streams.Select(stream => stream.Name).ToHashSet(StringComparer.Ordinal);
        return Streams.Where(stream => !found.Contains(stream.Stream));
    }

    /// <summary>Writes a file that is not there yet: an anchor is never written over.</summary>
    /// <exception cref="UsageException">The file is there.</exception>
    public void Write(string path)
    {
        RefuseExisting(path);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(file, this, AnchorJson.Readable.StoreAnchor);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Throws before a long check, not after it.</summary>
    /// <exception cref="UsageException">The file is there.</exception>
    public static void RefuseExisting(string path)
    {
        if (File.Exists(path))
            throw new UsageException($"{path} is there already; an anchor is not written over");
    }

    /// <summary>Reads a file and makes sure that it is as it was written.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no anchor, or was changed.</exception>
    public static StoreAnchor Read(string path)
    {
        if (!File.Exists(path))
            throw new UsageException($"there is no anchor at {path}");
        try
        {
            using var file = File.OpenRead(path);
            var anchor = JsonSerializer.Deserialize(file, AnchorJson.Readable.StoreAnchor);
            if (anchor?.Format != KnownFormat)
                throw new InvalidDataException($"{path} is no anchor of this version");
            return anchor.Hash == anchor.ComputeHash() ? anchor : throw new InvalidDataException($"{path} was changed after it was written: its hash does not fit");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"{path} is no anchor: {error.Message}", error);
        }
    }

    /// <summary>
    /// SHA-256 over the lines <c>taken at</c> and, for each stream, <c>name, tab, version, tab, link, tab, digest of what is before the chain</c>; what is
    /// not there is empty.
    /// </summary>
    private string ComputeHash()
    {
        var lines = new StringBuilder(TakenAt).Append('\n');
        foreach (var stream in Streams)
            lines.Append(CultureInfo.InvariantCulture, $"{stream.Stream}\t{stream.Version}\t{stream.Link}\t{stream.Before}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }
}

[JsonSerializable(typeof(StoreAnchor))]
internal sealed partial class AnchorJson : JsonSerializerContext
{
    // Names are written as they are: the file is for people and jq.
    public static AnchorJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
