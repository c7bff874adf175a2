namespace Coordination.Ledger.Tests.Engine;

/// <summary>Runs a test and all its continuations one at a time, as a grain would.</summary>
internal static class Serial
{
    public static Task RunAsync(Func<Task> test) =>
        Task.Factory.StartNew(test, CancellationToken.None, TaskCreationOptions.DenyChildAttach, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
}
