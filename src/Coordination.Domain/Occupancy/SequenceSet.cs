using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Occupancy;

/// <summary>
/// The sequence numbers a device has used, as ranges: one range for a device that counts 1, 2, 3, however many inputs it sent.
/// Holds at most <see cref="MaxRanges"/> ranges; when gaps make more, the lowest is forgotten and everything up to its end counts
/// as <see cref="Membership.TooOld"/>, so that an input is refused by name rather than counted twice or dropped in silence.
/// </summary>
[JsonConverter(typeof(SequenceSetJson))]
public sealed class SequenceSet : IEquatable<SequenceSet>
{
    public const int MaxRanges = 64;

    public static SequenceSet Empty { get; } = new(-1, []);

    private readonly long floor;
    private readonly ImmutableArray<(long First, long Last)> ranges;

    private SequenceSet(long floor, ImmutableArray<(long First, long Last)> ranges)
    {
        this.floor = floor;
        this.ranges = ranges;
    }

    public enum Membership
    {
        New,
        Seen,
        TooOld,
    }

    public Membership Find(long sequence)
    {
        for (var i = ranges.Length - 1; i >= 0; i--)
        {
            if (sequence > ranges[i].Last)
                break;
            if (sequence >= ranges[i].First)
                return Membership.Seen;
        }
        return sequence <= floor ? Membership.TooOld : Membership.New;
    }

    /// <summary>The set with <paramref name="sequence"/> in it; itself if it was there or is too old.</summary>
    public SequenceSet Add(long sequence)
    {
        if (Find(sequence) != Membership.New)
            return this;
        var index = ranges.Length; // of the first range after the number
        while (index > 0 && ranges[index - 1].First > sequence)
            index--;
        var joinsBefore = index > 0 && ranges[index - 1].Last + 1 == sequence;
        var joinsAfter = index < ranges.Length && ranges[index].First - 1 == sequence;
        var next = (joinsBefore, joinsAfter) switch
        {
            (true, true) => ranges.SetItem(index - 1, (ranges[index - 1].First, ranges[index].Last)).RemoveAt(index),
            (true, false) => ranges.SetItem(index - 1, (ranges[index - 1].First, sequence)),
            (false, true) => ranges.SetItem(index, (sequence, ranges[index].Last)),
            _ => ranges.Insert(index, (sequence, sequence)),
        };
        return next.Length <= MaxRanges
            ? new SequenceSet(floor, next)
            : new SequenceSet(next[0].Last, next.RemoveAt(0));
    }

    public bool Equals(SequenceSet? other) => other is not null && floor == other.floor && ranges.SameAs(other.ranges);

    public override bool Equals(object? obj) => Equals(obj as SequenceSet);

    public override int GetHashCode() => HashCode.Combine(floor, ranges.Length, ranges.Length > 0 ? ranges[^1] : default);

    /// <summary>A flat array: floor, then first and last of each range.</summary>
    internal sealed class SequenceSetJson : JsonConverter<SequenceSet>
    {
        public override SequenceSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("A sequence set is an array of numbers.");
            var numbers = new List<long>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                numbers.Add(reader.GetInt64());
            if (numbers.Count % 2 == 0)
                throw new JsonException("A sequence set is a floor and pairs of numbers.");
            var ranges = ImmutableArray.CreateBuilder<(long, long)>(numbers.Count / 2);
            for (var i = 1; i < numbers.Count; i += 2)
                ranges.Add((numbers[i], numbers[i + 1]));
            return new SequenceSet(numbers[0], ranges.ToImmutable());
        }

        public override void Write(Utf8JsonWriter writer, SequenceSet value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(value.floor);
            foreach (var (first, last) in value.ranges)
            {
                writer.WriteNumberValue(first);
                writer.WriteNumberValue(last);
            }
            writer.WriteEndArray();
        }
    }
}
