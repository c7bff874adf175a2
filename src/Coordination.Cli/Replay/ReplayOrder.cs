namespace Coordination.Cli.Replay;

/// <summary>In which order the items are sent. The items of one place keep the order of the files in every order.</summary>
internal static class ReplayOrder
{
    /// <summary>As in the files.</summary>
    public const string File = "file";

    /// <summary>By the time at which each became known, across all places.</summary>
    public const string Time = "time";

    /// <summary>Indices into <see cref="ReplayPlan.Items"/>.</summary>
    public static int[] Of(ReplayPlan plan, string order) =>
        order == Time ? ByTime(plan) : [.. Enumerable.Range(0, plan.Items.Count)];

    // A merge of the places' queues: sorting all items would put right what the files give late, and late is a fact to keep.
    private static int[] ByTime(ReplayPlan plan)
    {
        var queues = new Queue<int>[plan.Places.Count];
        for (var i = 0; i < plan.Items.Count; i++)
            (queues[plan.Items[i].Place] ??= new Queue<int>()).Enqueue(i);
        var heads = new PriorityQueue<Queue<int>, (DateTimeOffset When, int Index)>();
        foreach (var queue in queues)
        {
            if (queue is not null)
                Enqueue(queue);
        }
        var ordered = new int[plan.Items.Count];
        for (var n = 0; heads.TryDequeue(out var queue, out _); n++)
        {
            ordered[n] = queue.Dequeue();
            if (queue.Count > 0)
                Enqueue(queue);
        }
        return ordered;

        void Enqueue(Queue<int> queue) => heads.Enqueue(queue, (plan.Items[queue.Peek()].When, queue.Peek()));
    }
}
