namespace Coordination.Ledger;

/// <summary>What every store checks of its arguments before it does anything.</summary>
internal static class StoreArguments
{
    /// <summary>Bytes in one payload.</summary>
    public const int MaxPayloadBytes = 64 << 20;

    /// <exception cref="ArgumentException">Two appends to one stream, a count below 1, or a payload that is empty or too large.</exception>
    public static void Check(IReadOnlyList<Append> appends)
    {
        ArgumentNullException.ThrowIfNull(appends);
        HashSet<string>? streams = appends.Count > 1 ? new(appends.Count, StringComparer.Ordinal) : null;
        foreach (var append in appends)
        {
            StreamNames.Check(append.Stream);
            ArgumentOutOfRangeException.ThrowIfLessThan(append.Count, 1);
            CheckPayload(append.Payload);
            if (streams?.Add(append.Stream) is false)
                throw new ArgumentException($"Two appends to {append.Stream}: at most one per stream.", nameof(appends));
        }
    }

    public static void Check(string stream, StreamSnapshot snapshot)
    {
        StreamNames.Check(stream);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNegative(snapshot.Version);
        CheckPayload(snapshot.Payload);
    }

    public static void Check(IReadOnlyList<string> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        foreach (var stream in streams)
            StreamNames.Check(stream);
    }

    private static void CheckPayload(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length is 0 or > MaxPayloadBytes)
            throw new ArgumentException($"A payload has 1 to {MaxPayloadBytes} bytes, not {payload.Length}.", nameof(payload));
    }
}
