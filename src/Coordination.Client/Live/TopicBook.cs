namespace Coordination.Client;

/// <summary>
/// The topics that are watched and the newest view of each: the higher (epoch, version) wins, whatever is late, doubled or comes from
/// a host that does not know yet that it was replaced.
/// </summary>
/// <remarks>
/// An <em>answer</em> older than what is held comes from a host that lags, which heals itself, or from one whose data went back
/// (restored, emptied), which does not. So it is doubted, and believed when the question is answered that way again after
/// <see cref="DoubtFor"/>. Thread-safe; <paramref name="gate"/> is its owner's, so that a callback may call the owner.
/// </remarks>
internal sealed class TopicBook(Lock gate, TimeProvider time)
{
    /// <summary>Longer than a host takes to catch up.</summary>
    public static readonly TimeSpan DoubtFor = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>The topics of them that were not watched before.</summary>
    public List<string> Add(IEnumerable<string> topics)
    {
        lock (gate)
            return [.. topics.Where(topic => entries.TryAdd(topic, new Entry()))];
    }

    public void Remove(IEnumerable<string> topics)
    {
        lock (gate)
        {
            foreach (var topic in topics)
                entries.Remove(topic);
        }
    }

    /// <summary>The topics that are not in <paramref name="asked"/>; they are added to it.</summary>
    public List<string> NotIn(HashSet<string> asked)
    {
        lock (gate)
            return [.. entries.Keys.Where(asked.Add)];
    }

    public LiveUpdate? Latest(string topic)
    {
        lock (gate)
            return entries.GetValueOrDefault(topic)?.Held;
    }

    /// <summary>Topics whose question is to be asked again now, and how long until the next after those; null without one.</summary>
    public (List<string> Now, TimeSpan? Next) Doubted()
    {
        lock (gate)
        {
            var waits = entries.Where(entry => entry.Value.DoubtedAt is not null)
                .Select(entry => (entry.Key, Wait: DoubtFor - time.GetElapsedTime(entry.Value.DoubtedAt!.Value))).ToList();
            return ([.. waits.Where(wait => wait.Wait <= TimeSpan.Zero).Select(wait => wait.Key)],
                waits.Where(wait => wait.Wait > TimeSpan.Zero).Select(wait => (TimeSpan?)wait.Wait).Min());
        }
    }

    /// <summary>Keeps a view if it is to be shown, and then tells of it before anything else is kept.</summary>
    public void Take(LiveUpdate update, bool isAnswer, Action<LiveUpdate>? changed)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(update.Topic, out var entry))
                return;
            var isTaken = update.IsNewerThan(entry.Held);
            if (!isTaken && isAnswer && IsOlder(update, entry.Held!))
            {
                if (entry.DoubtedAt is null || time.GetElapsedTime(entry.DoubtedAt.Value) < DoubtFor)
                {
                    entry.DoubtedAt ??= time.GetTimestamp();
                    return;
                }

                isTaken = true;
            }

            // A late push settles nothing.
            if (isTaken || isAnswer)
                entry.DoubtedAt = null;
            if (!isTaken)
                return;
            entry.Held = update;
            changed?.Invoke(update);
        }
    }

    private static bool IsOlder(LiveUpdate update, LiveUpdate held) => held.IsNewerThan(update) || (update.View is null && held.View is not null);

    private sealed class Entry
    {
        public LiveUpdate? Held { get; set; }

        public long? DoubtedAt { get; set; }
    }
}
