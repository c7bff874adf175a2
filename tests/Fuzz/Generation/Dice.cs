namespace Coordination.Fuzz.Generation;

/// <summary>Chance from a seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public bool Chance(double probability) => random.NextDouble() < probability;

    /// <summary>From 0 to less than the bound.</summary>
    public int Below(int bound) => random.Next(bound);

    public int Between(int first, int last) => random.Next(first, last + 1);

    public long Whole() => random.NextInt64(long.MinValue, long.MaxValue);

    public T Of<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
