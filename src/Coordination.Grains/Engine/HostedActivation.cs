namespace Coordination.Grains;

/// <summary>One activation as its host sees it: hands what it is told to the activation's own scheduler, for as long as that lives.</summary>
internal sealed class HostedActivation(string stream, Func<long> epoch, Action<long> noteEpoch, Action<SiloAddress> moveTo) : IActivePlace
{
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Stream { get; } = stream;

    public long HeldEpoch => epoch();

    public Task Gone => gone.Task;

    public bool IsReady { get; set; }

    /// <summary>Where the activation runs.</summary>
    public TaskScheduler Scheduler { get; set; } = TaskScheduler.Default;

    public void NoteEpoch(long current) => Post(() => noteEpoch(current));

    public void MoveTo(SiloAddress host) => Post(() => moveTo(host));

    /// <summary>The activation has ended.</summary>
    public void Leave() => gone.TrySetResult();

    private void Post(Action action)
    {
        if (!gone.Task.IsCompleted)
            _ = Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);
    }
}
