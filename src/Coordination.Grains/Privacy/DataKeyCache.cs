using System.Security.Cryptography;

namespace Coordination.Grains.Privacy;

/// <summary>
/// Unwrapped keys of people, for a short time: that is how long another host may go on reading after an erasure. On the host that erases,
/// a key is gone at once. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="lifetime">How long a key is kept.</param>
/// <param name="capacity">Keys that are kept.</param>
internal sealed class DataKeyCache(TimeProvider time, TimeSpan lifetime, int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (byte[] Key, long Since)> keys = new(StringComparer.Ordinal);
    private long erasures;

    /// <summary>Grows with every erasure. Asked before a key is read from the vault, so that one read before an erasure is not kept after it.</summary>
    public long Erasures
    {
        get
        {
            lock (gate)
                return erasures;
        }
    }

    /// <summary>A copy of the key, which the caller may wipe; null when it is not known or too old.</summary>
    public byte[]? Find(string person)
    {
        lock (gate)
        {
            if (!keys.TryGetValue(person, out var known))
                return null;
            if (time.GetElapsedTime(known.Since) < lifetime)
                return [.. known.Key];
            Remove(person, known.Key);
            return null;
        }
    }

    /// <summary>Keeps a copy of a key, unless somebody was erased since <paramref name="erasuresBefore"/>.</summary>
    /// <param name="person">Whose key.</param>
    /// <param name="key">The key.</param>
    /// <param name="since">The moment before it was read from the vault.</param>
    /// <param name="erasuresBefore"><see cref="Erasures"/> of that moment.</param>
    public void Keep(string person, byte[] key, long since, long erasuresBefore)
    {
        lock (gate)
        {
            if (erasures != erasuresBefore)
                return;
            if (keys.Count >= capacity)
                Shrink();
            keys[person] = ([.. key], since);
        }
    }

    /// <summary>Forgets a key for an erasure.</summary>
    public void Erase(string person)
    {
        lock (gate)
        {
            erasures++;
            if (keys.TryGetValue(person, out var known))
                Remove(person, known.Key);
        }
    }

    /// <summary>Those too old go; when none is, all go.</summary>
    private void Shrink()
    {
        foreach (var (person, known) in keys.Where(known => time.GetElapsedTime(known.Value.Since) >= lifetime).ToArray())
            Remove(person, known.Key);
        if (keys.Count < capacity)
            return;
        foreach (var (person, known) in keys.ToArray())
            Remove(person, known.Key);
    }

    private void Remove(string person, byte[] key)
    {
        keys.Remove(person);
        CryptographicOperations.ZeroMemory(key);
    }
}
