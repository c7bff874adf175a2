namespace Coordination.Simulation.Kernel;

/// <summary>
/// Tasks that never run at the same time: those of one grain activation, of the thread pool of a host, of one client. When each
/// of them runs is decided by the <see cref="World"/>.
/// </summary>
/// <param name="world">Runs it.</param>
/// <param name="name">For the trace.</param>
/// <param name="ordered">First in, first out, as in a grain; otherwise any task may be next, as in a thread pool.</param>
internal sealed class Lane(World world, string name, bool ordered = true) : TaskScheduler
{
    private readonly List<Task> queue = [];

    public string Name { get; } = name;

    /// <summary>Until when it does not run, as when its host hangs.</summary>
    public TimeSpan PausedUntil { get; set; }

    public bool IsDead { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Forgets everything that waits and that will ever come: the process it was in is gone.</summary>
    public void Kill()
    {
        IsDead = true;
        queue.Clear();
        world.NotReady(this);
    }

    /// <summary>Has something run in this lane. An exception out of it ends the simulation.</summary>
    public void Post(Func<Task> work) => Task.Factory.StartNew(
        async () =>
        {
            try
            {
                await work();
            }
            catch (Exception failure)
            {
                world.Fail(Fault.Exception, $"{Name}: {failure}");
            }
        },
        CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    public void Post(Action work) => Post(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>Runs one task.</summary>
    public void RunOne()
    {
        var index = ordered ? 0 : world.Chance.Next(queue.Count);
        var task = queue[index];
        queue.RemoveAt(index);
        if (queue.Count == 0)
            world.NotReady(this);
        TryExecuteTask(task);
    }

    protected override void QueueTask(Task task)
    {
        world.AssertInside(Name);
        if (IsDead)
            return;
        queue.Add(task);
        if (queue.Count == 1)
            world.Ready(this);
    }

    // Never: what runs next is the seed's choice.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => queue;
}
