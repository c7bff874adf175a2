using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Occupancy;

/// <summary>People or cars inside during one stretch of time: the last figure of it, the lowest and the highest.</summary>
/// <param name="Index">Number of the stretch since 1970-01-01T00:00Z, in units of the series' width.</param>
public readonly record struct Bucket(int Index, int Last, int Min, int Max);

/// <summary>
/// The history of a place in equal stretches, newest last, only those that have data, bounded by age. The newest stretch, in which
/// nearly all figures fall, stands by itself, so that one more figure in it copies nothing else; those before it are in chunks, so
/// that closing a stretch copies a few dozen numbers, never the history.
/// </summary>
[JsonConverter(typeof(BucketSeriesJson))]
public sealed class BucketSeries : IEquatable<BucketSeries>
{
    private const int ChunkSize = 64;

    public static BucketSeries Minutes { get; } = new(60, 48 * 60, [], null);

    public static BucketSeries Hours { get; } = new(3600, 400 * 24, [], null);

    private readonly int keep;
    private readonly ImmutableArray<ImmutableArray<Bucket>> chunks; // older than the newest
    private readonly Bucket? newest;

    private BucketSeries(int width, int keep, ImmutableArray<ImmutableArray<Bucket>> chunks, Bucket? newest)
    {
        Width = width;
        this.keep = keep;
        this.chunks = chunks;
        this.newest = newest;
    }

    /// <summary>Seconds in one stretch.</summary>
    public int Width { get; }

    /// <summary>The buckets in time order that begin in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public IEnumerable<Bucket> Between(DateTimeOffset from, DateTimeOffset to)
    {
        // In 64 bits: a caller may ask for any instant, and minutes of a far one do not fit in 32.
        var (first, end) = ((from.ToUnixTimeSeconds() + Width - 1) / Width, (to.ToUnixTimeSeconds() + Width - 1) / Width);
        foreach (var chunk in chunks)
        {
            if (chunk[^1].Index < first)
                continue;
            foreach (var bucket in chunk)
            {
                if (bucket.Index >= end)
                    yield break;
                if (bucket.Index >= first)
                    yield return bucket;
            }
        }
        if (newest is { } last && last.Index >= first && last.Index < end)
            yield return last;
    }

    public DateTimeOffset StartOf(Bucket bucket) => DateTimeOffset.FromUnixTimeSeconds((long)bucket.Index * Width);

    /// <summary>
    /// Puts a figure into its stretch. One that is <paramref name="late"/> widens the stretch but is not its last figure,
    /// unless the stretch was empty. One older than the series keeps is left to the event store.
    /// </summary>
    public BucketSeries Record(DateTimeOffset at, int occupied, bool late)
    {
        var index = IndexOf(at);
        if (newest is not { } last)
            return With([], new Bucket(index, occupied, occupied, occupied));
        if (index > last.Index)
            return With(Prune(Close(last), index), new Bucket(index, occupied, occupied, occupied));
        if (index == last.Index)
            return With(chunks, Merge(last, occupied, late));
        return index <= last.Index - keep ? this : With(RecordEarlier(index, occupied, late), last);
    }

    private ImmutableArray<ImmutableArray<Bucket>> Close(Bucket bucket) => chunks.IsEmpty || chunks[^1].Length >= ChunkSize
        ? chunks.Add([bucket])
        : chunks.SetItem(chunks.Length - 1, chunks[^1].Add(bucket));

    private ImmutableArray<ImmutableArray<Bucket>> RecordEarlier(int index, int occupied, bool late)
    {
        if (chunks.IsEmpty)
            return [[new Bucket(index, occupied, occupied, occupied)]];
        var which = chunks.Length - 1;
        while (which > 0 && chunks[which][0].Index > index)
            which--;
        var chunk = chunks[which];
        var position = 0;
        while (position < chunk.Length && chunk[position].Index < index)
            position++;
        if (position < chunk.Length && chunk[position].Index == index)
            return chunks.SetItem(which, chunk.SetItem(position, Merge(chunk[position], occupied, late)));
        var widened = chunk.Insert(position, new Bucket(index, occupied, occupied, occupied));
        return widened.Length <= ChunkSize
            ? chunks.SetItem(which, widened)
            : chunks.SetItem(which, widened[..(ChunkSize / 2)]).Insert(which + 1, widened[(ChunkSize / 2)..]);
    }

    private static Bucket Merge(Bucket bucket, int occupied, bool late) => bucket with
    {
        Last = late ? bucket.Last : occupied,
        Min = Math.Min(bucket.Min, occupied),
        Max = Math.Max(bucket.Max, occupied),
    };

    private ImmutableArray<ImmutableArray<Bucket>> Prune(ImmutableArray<ImmutableArray<Bucket>> all, int newestIndex)
    {
        var oldest = newestIndex - keep + 1;
        while (!all.IsEmpty && all[0][^1].Index < oldest)
            all = all.RemoveAt(0);
        if (all.IsEmpty)
            return all;
        var stale = 0;
        while (all[0][stale].Index < oldest)
            stale++;
        // To the bucket, not to the chunk: what is kept must not depend on how the chunks happen to be cut.
        return stale == 0 ? all : all.SetItem(0, all[0][stale..]);
    }

    private int IndexOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / Width);

    private BucketSeries With(ImmutableArray<ImmutableArray<Bucket>> next, Bucket last) => new(Width, keep, next, last);

    private IEnumerable<Bucket> All => newest is { } last ? chunks.SelectMany(chunk => chunk).Append(last) : [];

    public bool Equals(BucketSeries? other) =>
        other is not null && Width == other.Width && keep == other.keep && All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => Equals(obj as BucketSeries);

    public override int GetHashCode() => HashCode.Combine(Width, keep, newest);

    /// <summary>A flat array: width, kept stretches, then index, last, min, max of each bucket.</summary>
    internal sealed class BucketSeriesJson : JsonConverter<BucketSeries>
    {
        public override BucketSeries Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("A bucket series is an array of numbers.");
            var (width, keep) = (Next(ref reader), Next(ref reader));
            var all = ImmutableArray.CreateBuilder<ImmutableArray<Bucket>>();
            var chunk = ImmutableArray.CreateBuilder<Bucket>(ChunkSize);
            Bucket? newest = null;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (newest is { } closed)
                    chunk.Add(closed);
                if (chunk.Count == ChunkSize)
                    all.Add(chunk.DrainToImmutable());
                newest = new Bucket(reader.GetInt32(), Next(ref reader), Next(ref reader), Next(ref reader));
            }
            if (chunk.Count > 0)
                all.Add(chunk.DrainToImmutable());
            return new BucketSeries(width, keep, all.ToImmutable(), newest);
        }

        public override void Write(Utf8JsonWriter writer, BucketSeries value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(value.Width);
            writer.WriteNumberValue(value.keep);
            foreach (var bucket in value.All)
            {
                writer.WriteNumberValue(bucket.Index);
                writer.WriteNumberValue(bucket.Last);
                writer.WriteNumberValue(bucket.Min);
                writer.WriteNumberValue(bucket.Max);
            }
            writer.WriteEndArray();
        }

        private static int Next(ref Utf8JsonReader reader) =>
            reader.Read() && reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : throw new JsonException("A number was expected.");
    }
}
