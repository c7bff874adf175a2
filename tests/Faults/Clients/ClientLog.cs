using System.Collections.Concurrent;
using System.Diagnostics;

namespace Coordination.Faults.Clients;

/// <summary>An input as its device sent it.</summary>
/// <param name="Place">Path of the place.</param>
/// <param name="Device">The device.</param>
/// <param name="Sequence">Its number for it.</param>
/// <param name="Direction">Of a movement: in or out; null for a reading.</param>
/// <param name="Count">How many moved, or were counted.</param>
internal sealed record SentInput(string Place, string Device, long Sequence, string? Direction, int Count);

/// <summary>A command or an input that a client was told is done.</summary>
/// <param name="Place">Path of the place.</param>
/// <param name="Key">Of a command: its id.</param>
/// <param name="Input">Of an input: what was sent.</param>
/// <param name="Version">The version that contains it; null when the answer was that it had been there before.</param>
/// <param name="Invoked">When it was first sent, <see cref="Stopwatch"/> ticks.</param>
/// <param name="Completed">When the answer was there, <see cref="Stopwatch"/> ticks.</param>
internal sealed record Acknowledgement(string Place, string? Key, SentInput? Input, long? Version, long Invoked, long Completed)
{
    public override string ToString() => Input is { } input ? $"{Place}: {input.Device} {input.Sequence}" : $"{Place}: command {Key}";
}

/// <summary>What clients were told, as they would remember it. Safe to use from many threads.</summary>
internal sealed class ClientLog
{
    private readonly ConcurrentQueue<Acknowledgement> acknowledgements = new();
    private int inputs;

    public IReadOnlyCollection<Acknowledgement> Acknowledgements => acknowledgements;

    public int Count => acknowledgements.Count;

    public int Inputs => Volatile.Read(ref inputs);

    public int Commands => Count - Inputs;

    public void Acknowledged(SentInput input, long? version, long invoked)
    {
        acknowledgements.Enqueue(new(input.Place, null, input, version, invoked, Stopwatch.GetTimestamp()));
        Interlocked.Increment(ref inputs);
    }

    public void Acknowledged(string place, string key, long version, long invoked) =>
        acknowledgements.Enqueue(new(place, key, null, version, invoked, Stopwatch.GetTimestamp()));

    /// <summary>A command of which the client measured nothing but the end.</summary>
    public void Acknowledged(string place, string key, long version) => Acknowledged(place, key, version, Stopwatch.GetTimestamp());
}
