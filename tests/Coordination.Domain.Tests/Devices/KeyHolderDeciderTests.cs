using Coordination.Domain.Access;
using Coordination.Domain.Devices;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Devices;

/// <summary>The rules of the keys of devices and programs.</summary>
public sealed class KeyHolderDeciderTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 8, 0, 0, TimeSpan.FromHours(8));

    public sealed record Step(int MinutesLater, int GraceMinutes);

    public static class Steps
    {
        public static Arbitrary<Step[]> Rotations() =>
            (from later in Gen.Choose(0, 90) from grace in Gen.Choose(0, 60) select new Step(later, grace)).ArrayOf().ToArbitrary();
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Steps)])]
    public void However_often_it_is_replaced_the_newest_key_is_valid_and_no_key_outlives_its_grace(Step[] steps)
    {
        var (state, now, number) = (After(KeyHolderState.Empty, Issue(), Now), Now, 1);
        var ends = new Dictionary<string, DateTimeOffset>();
        foreach (var step in steps)
        {
            now = now.AddMinutes(step.MinutesLater);
            var end = now.AddMinutes(step.GraceMinutes);
            foreach (var key in state.Keys)
                ends[key.Hash] = ends.TryGetValue(key.Hash, out var earlier) && earlier < end ? earlier : end;
            state = After(state, new RotateKey(Hash(++number), TimeSpan.FromMinutes(step.GraceMinutes), "x"), now);
            Assert.True(state.Keys[^1].Hash == Hash(number) && state.Keys[^1].EndsAt is null);
            Assert.InRange(state.Keys.Length, 1, KeyHolderDecider.MaxKeys);
            Assert.All(state.Keys.Take(state.Keys.Length - 1), key => Assert.True(key.EndsAt <= ends[key.Hash] && key.IsValidAt(now)));
        }
        var revoked = After(state, new RevokeKeyHolder("lost", "x"), now);
        Assert.Empty(revoked.Keys);
        Assert.Equal("device-revoked", KeyHolderDecider.Decide(revoked, new RotateKey(Hash(0), TimeSpan.Zero, "x"), now).Rejection?.Code);
        Assert.Empty(KeyHolderDecider.Decide(revoked, new RevokeKeyHolder("lost", "x"), now).Events);
    }

    [Theory]
    [InlineData("", Role.Gate, "scenic-areas/a", "malformed")]
    [InlineData("n", Role.Administrator, "*", "role-not-granted")]
    [InlineData("n", Role.Gate, "*", "scope-not-fit")]
    [InlineData("n", Role.Gate, "scenic-areas/a", null)]
    [InlineData("n", Role.Sensor, "*", null)]
    public void A_device_has_a_name_and_a_role_of_a_device(string name, Role role, string scope, string? code) =>
        Assert.Equal(code, KeyHolderDecider.Validate(Issue() with { Name = name, Grant = Grant(role, scope) })?.Code);

    [Fact]
    public void A_program_has_any_role_that_is_given() =>
        Assert.Null(KeyHolderDecider.Validate(Issue() with { IsProgram = true, Grant = Grant(Role.Administrator, "*") }));

    [Fact]
    public void Nothing_is_done_with_what_does_not_exist_and_nothing_is_made_twice()
    {
        Assert.Equal("device-not-found", KeyHolderDecider.Decide(KeyHolderState.Empty, new RotateKey(Hash(1), TimeSpan.Zero, "x"), Now).Rejection?.Code);
        Assert.Equal("device-not-found", KeyHolderDecider.Decide(KeyHolderState.Empty, new RevokeKeyHolder(null, "x"), Now).Rejection?.Code);
        Assert.Equal("device-exists", KeyHolderDecider.Decide(After(KeyHolderState.Empty, Issue(), Now), Issue(), Now).Rejection?.Code);
        Assert.Equal("malformed", KeyHolderDecider.Decide(After(KeyHolderState.Empty, Issue(), Now), new RotateKey(Hash(1), TimeSpan.FromMinutes(61), "x"), Now).Rejection?.Code);
    }

    private static IssueKeyHolder Issue() => new("东门", Grant(Role.Gate, "scenic-areas/a"), IsProgram: false, Hash(1), "accounts/a");

    private static RoleGrant Grant(Role role, string scope) => new(role, AccessScope.TryParse(scope, out var parsed) ? parsed : throw new FormatException(scope));

    private static string Hash(int number) => $"{number}".PadLeft(KeyHolderDecider.HashLength, 'A');

    private static KeyHolderState After(KeyHolderState state, KeyHolderCommand command, DateTimeOffset now)
    {
        var decision = KeyHolderDecider.Decide(state, command, now);
        Assert.Null(decision.Rejection);
        return decision.Events.Aggregate(state, (before, @event) => KeyHolderDecider.Apply(before, @event, now));
    }
}
