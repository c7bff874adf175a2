using System.Collections.Concurrent;

namespace Coordination.Faults.Support;

/// <summary>An input as its device sent it.</summary>
/// <param name="Place">Path of the place.</param>
/// <param name="Device">The device.</param>
/// <param name="Sequence">Its number for it.</param>
/// <param name="Direction">Of a movement: in or out; null for a reading.</param>
/// <param name="Count">How many moved, or were counted.</param>
internal sealed record SentInput(string Place, string Device, long Sequence, string? Direction, int Count);

/// <summary>What clients were told, as they would remember it. Safe to use from many threads.</summary>
internal sealed class ClientLog
{
    private readonly ConcurrentQueue<(SentInput Input, long? Version)> inputs = new();
    private readonly ConcurrentQueue<(string Place, string Key, long Version)> commands = new();

    /// <summary>Acknowledged inputs; the version is null when the answer was that it had been there before.</summary>
    public IReadOnlyCollection<(SentInput Input, long? Version)> Inputs => inputs;

    public IReadOnlyCollection<(string Place, string Key, long Version)> Commands => commands;

    public int Count => inputs.Count + commands.Count;

    public void Acknowledged(SentInput input, long? version) => inputs.Enqueue((input, version));

    public void Acknowledged(string place, string key, long version) => commands.Enqueue((place, key, version));
}
