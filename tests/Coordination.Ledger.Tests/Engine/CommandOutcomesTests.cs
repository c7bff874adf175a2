namespace Coordination.Ledger.Tests.Engine;

public sealed class CommandOutcomesTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ids_are_kept_up_to_their_number()
    {
        var outcomes = new CommandOutcomes();
        for (var i = 0; i <= CommandOutcomes.MaxKept; i++)
            outcomes.Add(new CommandOutcome($"k{i}", 0, i + 1, Start));
        Assert.Equal(CommandOutcomes.MaxKept, outcomes.Count);
        Assert.False(outcomes.TryFind("k0", out _));
        Assert.True(outcomes.TryFind("k1", out _));
    }

    [Fact]
    public void Ids_are_kept_up_to_their_age()
    {
        var outcomes = new CommandOutcomes();
        outcomes.Add(new CommandOutcome("old", 0, 1, Start));
        for (var i = 0; i < CommandOutcomes.MinKept; i++)
            outcomes.Add(new CommandOutcome($"day{i}", 0, i + 2, Start + CommandOutcomes.MaxAge));
        Assert.True(outcomes.TryFind("old", out _));
        outcomes.Add(new CommandOutcome("later", 0, 999, Start + CommandOutcomes.MaxAge + TimeSpan.FromSeconds(1)));
        Assert.False(outcomes.TryFind("old", out _));
        Assert.True(outcomes.TryFind("day0", out _));
    }

    [Fact]
    public void A_clock_that_is_days_ahead_makes_no_recent_id_a_new_one()
    {
        var outcomes = new CommandOutcomes();
        for (var i = 0; i < CommandOutcomes.MinKept - 1; i++)
            outcomes.Add(new CommandOutcome($"k{i}", 0, i + 1, Start));
        outcomes.Add(new CommandOutcome("ahead", 0, 999, Start.AddDays(3)));
        Assert.True(outcomes.TryFind("k0", out _));
        Assert.True(outcomes.TryFind("ahead", out _));
    }

    [Fact]
    public void The_first_outcome_of_an_id_stays()
    {
        var outcomes = new CommandOutcomes();
        outcomes.Add(new CommandOutcome("k", 1, 1, Start));
        outcomes.Add(new CommandOutcome("k", 2, 9, Start));
        Assert.True(outcomes.TryFind("k", out var first));
        Assert.Equal(1, first.Version);
    }
}
