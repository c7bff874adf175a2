using Coordination.Domain.Access;
using FsCheck.Xunit;
using static Coordination.Domain.Access.Role;

namespace Coordination.Domain.Tests.Access;

public sealed class AccessRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The table once more, as people would say it: whoever changes the rules has to change it here too.</summary>
    private static readonly Dictionary<Permission, string> Said = new()
    {
        [Permission.SeePlace] = "everybody",
        [Permission.SeeDevices] = "Administrator CommunityWorker DistrictOfficer Gate Monitor ScenicDutyOfficer StreetOfficer TicketWindow",
        [Permission.RecordInput] = "Administrator CanteenClerk Gate ScenicDutyOfficer Sensor TicketWindow",
        [Permission.CorrectCount] = "Administrator CommunityWorker DistrictOfficer ScenicDutyOfficer StreetOfficer",
        [Permission.SetOperation] = "Administrator CommunityWorker DistrictOfficer ScenicDutyOfficer StreetOfficer",
        [Permission.ChangeCapacity] = "Administrator CommunityWorker DistrictOfficer ScenicDutyOfficer StreetOfficer",
        [Permission.DefinePlace] = "Administrator DistrictOfficer StreetOfficer",
        [Permission.DefineCommunity] = "Administrator DistrictOfficer StreetOfficer",
        [Permission.ManageDevices] = "Administrator CommunityWorker DistrictOfficer ScenicDutyOfficer StreetOfficer",
        [Permission.ManagePrograms] = "Administrator",
        [Permission.SeePeople] = "Administrator BuildingLeader CommunityWorker DistrictOfficer StreetOfficer",
        [Permission.ManageAccounts] = "Administrator CommunityWorker DistrictOfficer StreetOfficer",
        [Permission.ErasePeople] = "Administrator",
        [Permission.SeeAudit] = "Auditor",
        [Permission.SeeRetention] = "Administrator Auditor",
        [Permission.SeeOperations] = "Administrator Monitor",
        [Permission.UseOwnAccount] = "",
    };

    [Fact]
    public void Every_permission_belongs_to_the_roles_that_are_said_and_to_no_other()
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            var may = Enum.GetValues<Role>().Where(role => AccessRules.Allows([new RoleGrant(role, AccessScope.Everywhere)], permission, PlaceLocation.Nowhere, Now));
            var said = Said[permission] == "everybody" ? string.Join(' ', Enum.GetNames<Role>().Order()) : Said[permission];
            Assert.Equal(said, string.Join(' ', may.Select(role => role.ToString()).Order()));
        }
    }

    [Fact]
    public void Who_is_not_signed_in_sees_places_and_nothing_else()
    {
        foreach (var permission in Enum.GetValues<Permission>())
            Assert.Equal(permission == Permission.SeePlace, AccessRules.Allows([], permission, new PlaceLocation("parking-lots/a"), Now));
    }

    [Fact]
    public void A_role_ends_when_it_is_said_to()
    {
        RoleGrant[] until = [new(Gate, AccessScopeTests.Of("scenic-areas/bund"), Now)];
        var bund = new PlaceLocation("scenic-areas/bund");
        Assert.True(AccessRules.Allows(until, Permission.RecordInput, bund, Now.AddTicks(-1)));
        Assert.False(AccessRules.Allows(until, Permission.RecordInput, bund, Now));
        Assert.False(AccessRules.AllowsSomewhere(until, Permission.RecordInput, Now));
    }

    [Fact]
    public void A_community_worker_has_nothing_to_say_next_door()
    {
        RoleGrant[] worker = [new(CommunityWorker, AccessScopeTests.Of("communities/a"))];
        var (own, next) = (new PlaceLocation("parking-lots/own", "北京", "丰台区", "六里桥街道", "a"), new PlaceLocation("parking-lots/next", "北京", "丰台区", "六里桥街道", "b"));
        foreach (var permission in Enum.GetValues<Permission>().Where(permission => AccessRules.RolesWith(permission).Contains(CommunityWorker)))
        {
            Assert.True(AccessRules.Allows(worker, permission, own, Now));
            Assert.False(AccessRules.Allows(worker, permission, next, Now));
        }
    }

    [Property]
    public void Whoever_may_has_a_role_for_it_whose_scope_covers_the_place((Role Role, int Scope)[] grants, Permission permission, int place)
    {
        string[] scopes = ["*", "districts/c/d1", "districts/c/d2", "streets/c/d1/s1", "streets/c/d1/s2", "communities/k1", "communities/k2", "parking-lots/p1", "parking-lots/p2"];
        // Which scopes lie over which places, written down by hand.
        (PlaceLocation Place, string Covered)[] places =
        [
            (new("parking-lots/p1", "c", "d1", "s1", "k1"), "* districts/c/d1 streets/c/d1/s1 communities/k1 parking-lots/p1"),
            (new("parking-lots/p2", "c", "d1", "s2", "k2"), "* districts/c/d1 streets/c/d1/s2 communities/k2 parking-lots/p2"),
            (new("parking-lots/p3", "c", "d2", "s1", "k3"), "* districts/c/d2"),
            (PlaceLocation.Nowhere, "*"),
        ];
        var (location, covered) = places[Math.Abs(place % places.Length)];
        var held = grants.Select(grant => (grant.Role, Scope: scopes[Math.Abs(grant.Scope % scopes.Length)])).ToArray();
        var expected = Said[permission] == "everybody"
            || held.Any(grant => Said[permission].Split(' ').Contains(grant.Role.ToString()) && covered.Split(' ').Contains(grant.Scope));
        Assert.Equal(expected, AccessRules.Allows(held.Select(grant => new RoleGrant(grant.Role, AccessScopeTests.Of(grant.Scope))), permission, location, Now));
    }

    [Theory]
    [InlineData(Administrator, "everywhere", "Administrator Auditor BuildingLeader CanteenClerk CommunityWorker Cook DistrictOfficer Gate Monitor Resident ScenicDutyOfficer Sensor StreetOfficer TicketWindow")]
    [InlineData(DistrictOfficer, "districts/c/d", "BuildingLeader CanteenClerk CommunityWorker Cook Gate Resident ScenicDutyOfficer Sensor StreetOfficer TicketWindow")]
    [InlineData(StreetOfficer, "streets/c/d/s", "BuildingLeader CanteenClerk CommunityWorker Cook Gate Resident Sensor TicketWindow")]
    [InlineData(CommunityWorker, "communities/k", "BuildingLeader CanteenClerk Cook Gate Resident Sensor TicketWindow")]
    [InlineData(ScenicDutyOfficer, "scenic-areas/a", "Gate Sensor TicketWindow")]
    [InlineData(Resident, "communities/k", "")]
    [InlineData(Auditor, "everywhere", "")]
    [InlineData(Role.Monitor, "everywhere", "")]
    [InlineData(Gate, "scenic-areas/a", "")]
    public void A_role_is_given_by_those_above_it_where_they_are(Role giver, string scope, string given)
    {
        RoleGrant[] grants = [new(giver, AccessScopeTests.Of(scope == "everywhere" ? "*" : scope))];
        var here = new PlaceLocation("scenic-areas/a", "c", "d", "s", "k");
        var elsewhere = new PlaceLocation("scenic-areas/b", "c", "e", "s", "l");
        Assert.Equal(given, string.Join(' ', Enum.GetValues<Role>().Where(role => AccessRules.MayGrant(grants, role, here, Now)).Select(role => role.ToString()).Order()));
        if (giver != Administrator)
            Assert.DoesNotContain(Enum.GetValues<Role>(), role => AccessRules.MayGrant(grants, role, elsewhere, Now));
    }

    [Fact]
    public void Nobody_but_an_administrator_gives_her_own_role_on()
    {
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Administrator))
            Assert.False(AccessRules.MayGrant([new RoleGrant(role, AccessScope.Everywhere)], role, PlaceLocation.Nowhere, Now));
    }

    [Theory]
    [InlineData(CommunityWorker, "communities/a", null)]
    [InlineData(CommunityWorker, "streets/c/d/s", "scope-not-fit")]
    [InlineData(CommunityWorker, "*", "scope-not-fit")]
    [InlineData(BuildingLeader, "communities/a/buildings/b", null)]
    [InlineData(BuildingLeader, "communities/a", "scope-not-fit")]
    [InlineData(Administrator, "communities/a", "scope-not-fit")]
    [InlineData(Gate, "scenic-areas/a", null)]
    [InlineData(Gate, "*", "scope-not-fit")]
    [InlineData(Public, "*", "role-not-granted")]
    [InlineData(Role.Delegate, "communities/a", "role-not-granted")]
    public void A_role_reaches_no_further_than_it_is_meant_to(Role role, string scope, string? code) =>
        Assert.Equal(code, AccessRules.Check(new RoleGrant(role, AccessScopeTests.Of(scope)))?.Code);
}
