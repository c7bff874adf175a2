using System.Text.Json;
using Coordination.Domain.Occupancy;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Occupancy;

public sealed class SequenceSetTests
{
    public static class Numbers
    {
        /// <summary>Mostly rising numbers with gaps, repeats and jumps back, as devices send them.</summary>
        public static Arbitrary<long[]> Sent() =>
            Gen.Frequency((6, Gen.Constant(1)), (2, Gen.Choose(-5, 5)), (1, Gen.Choose(-60, 60))).ArrayOf()
                .Select(steps =>
                {
                    var at = 100L;
                    return steps.Select(step => at = Math.Max(0, at + step)).ToArray();
                }).ToArbitrary();

        /// <summary>Numbers with so many gaps that the bound is passed.</summary>
        public static Arbitrary<int[]> Scattered() => Gen.Choose(0, 2000).ArrayOf(400).ToArbitrary();
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Numbers)])]
    public void Within_its_bound_it_equals_a_set(long[] numbers)
    {
        var (set, model) = (SequenceSet.Empty, new HashSet<long>());
        foreach (var number in numbers)
        {
            Assert.Equal(model.Contains(number) ? SequenceSet.Membership.Seen : SequenceSet.Membership.New, set.Find(number));
            set = set.Add(number);
            model.Add(number);
            if (RangesOf(model) >= SequenceSet.MaxRanges)
                return;
        }
        for (var number = 0L; number < 500; number++)
            Assert.Equal(model.Contains(number), set.Find(number) == SequenceSet.Membership.Seen);
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(Numbers)])]
    public void Beyond_its_bound_a_number_seen_is_never_new(int[] numbers)
    {
        var (set, model) = (SequenceSet.Empty, new HashSet<long>());
        foreach (var number in numbers)
        {
            if (set.Find(number) == SequenceSet.Membership.Seen)
                Assert.Contains(number, model);
            set = set.Add(number);
            // Too old ones are refused, so they do not join.
            if (set.Find(number) == SequenceSet.Membership.Seen)
                model.Add(number);
            Assert.All(model, seen => Assert.NotEqual(SequenceSet.Membership.New, set.Find(seen)));
        }
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(Numbers)])]
    public void Written_and_read_back_it_is_the_same(int[] numbers)
    {
        var set = numbers.Aggregate(SequenceSet.Empty, (all, number) => all.Add(number));
        var text = JsonSerializer.Serialize(set);
        var back = JsonSerializer.Deserialize<SequenceSet>(text)!;
        Assert.Equal(set, back);
        Assert.Equal(text, JsonSerializer.Serialize(back));
    }

    [Fact]
    public void A_device_that_counts_is_one_range_however_long()
    {
        var set = Enumerable.Range(1, 10_000).Aggregate(SequenceSet.Empty, (all, number) => all.Add(number));
        Assert.Equal("[-1,1,10000]", JsonSerializer.Serialize(set));
    }

    [Fact]
    public void Beyond_the_bound_the_lowest_range_is_forgotten_and_counts_as_too_old()
    {
        var set = SequenceSet.Empty;
        for (var i = 0; i < SequenceSet.MaxRanges; i++)
            set = set.Add(10 + i * 2);
        Assert.Equal(SequenceSet.Membership.New, set.Find(0));
        set = set.Add(1000);
        Assert.Equal(SequenceSet.Membership.TooOld, set.Find(10));
        Assert.Equal(SequenceSet.Membership.TooOld, set.Find(0));
        Assert.Equal(SequenceSet.Membership.New, set.Find(11));
        Assert.Same(set, set.Add(5));
    }

    [Fact]
    public void A_gap_that_is_filled_joins_its_neighbours()
    {
        var set = SequenceSet.Empty.Add(1).Add(3).Add(2).Add(0);
        Assert.Equal("[-1,0,3]", JsonSerializer.Serialize(set));
    }

    private static int RangesOf(HashSet<long> numbers) => numbers.Count(number => !numbers.Contains(number - 1));
}
