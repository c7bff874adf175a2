using Coordination.Simulation.Kernel;

namespace Coordination.Simulation;

/// <summary>The same simulation with one guard switched off: the checks must find it, or they are worth nothing.</summary>
public sealed class TwinTests
{
    private const int Tries = 300;

    [Fact]
    public void Without_waiting_for_the_commit_acknowledged_commands_are_not_on_the_disk() =>
        Finds(new() { AcknowledgeBeforeCommit = true }, Fault.AcknowledgedLost);

    [Fact]
    public void Without_waiting_for_the_commit_acknowledged_commands_are_lost_for_good() =>
        Finds(new() { AcknowledgeBeforeCommit = true, LooksOnlyAtTheEnd = true }, Fault.AcknowledgedLost);

    [Fact]
    public void Without_the_fence_a_second_activation_writes_over_the_first() =>
        Finds(new() { WithoutFence = true }, Fault.AcknowledgedLost, Fault.Doubled);

    [Fact]
    public void Without_looking_at_versions_an_older_view_comes_after_a_newer_one() =>
        Finds(new() { CarelessRelay = true }, Fault.Backwards);

    [Fact]
    public void Without_the_guard_of_the_store_an_empty_or_older_one_is_served() =>
        Finds(new() { WithoutStoreGuard = true }, Fault.AcknowledgedLost);

    [Fact]
    public void A_host_that_saw_nothing_of_what_the_store_lost_takes_it_for_the_right_one() =>
        Finds(new() { LosesAnyTail = true }, Fault.AcknowledgedLost, Fault.Doubled);

    [Fact]
    public void Without_comparing_versions_what_came_with_a_place_hides_what_was_written_since() =>
        Finds(new() { TrustsMigratedState = true }, Fault.Backwards);

    [Fact]
    public void Without_the_epoch_watch_an_activation_that_was_replaced_goes_on_showing_its_view() =>
        Finds(new() { WithoutEpochWatch = true }, Fault.NoEnd);

    private static void Finds(SimulationOptions twin, params Fault[] expected)
    {
        for (var seed = 1; seed <= Tries; seed++)
        {
            try
            {
                Run.Seed(seed, twin);
            }
            catch (FaultFoundException found) when (expected.Contains(found.Fault))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(found.Message);
                return;
            }
            catch (FaultFoundException)
            {
                // Something else that follows from it; the next seed may show it itself.
            }
        }
        Assert.Fail($"{Tries} seeds found nothing.");
    }
}
