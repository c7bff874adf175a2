using System.Collections.Frozen;

namespace Coordination.Domain.Access;

/// <summary>
/// Who may do what: the whole table, in one place. Denied by default: what is not in it nobody may. HTTP, the live feed, MQTT and ingest
/// all ask here.
/// </summary>
public static class AccessRules
{
    private static readonly Role[] Everybody = [Role.Public];

    private static readonly Role[] Officers = [Role.StreetOfficer, Role.DistrictOfficer, Role.Administrator];

    private static readonly Role[] OnDuty = [Role.CommunityWorker, Role.ScenicDutyOfficer, .. Officers];

    private static readonly FrozenDictionary<Permission, FrozenSet<Role>> Table = new Dictionary<Permission, Role[]>
    {
        [Permission.SeePlace] = Everybody,
        [Permission.SeeDevices] = [Role.Gate, Role.TicketWindow, Role.Monitor, .. OnDuty],
        [Permission.RecordInput] = [Role.Gate, Role.TicketWindow, Role.CanteenClerk, Role.Sensor, Role.ScenicDutyOfficer, Role.Administrator],
        [Permission.CorrectCount] = OnDuty,
        [Permission.SetOperation] = OnDuty,
        [Permission.ChangeCapacity] = OnDuty,
        [Permission.DefinePlace] = Officers,
        [Permission.DefineCommunity] = Officers,
        [Permission.ManageDevices] = OnDuty,
        [Permission.ManagePrograms] = [Role.Administrator],
        [Permission.SeePeople] = [Role.BuildingLeader, Role.CommunityWorker, .. Officers],
        [Permission.ManageAccounts] = [Role.CommunityWorker, .. Officers],
        [Permission.ErasePeople] = [Role.Administrator],
        [Permission.SeeAudit] = [Role.Auditor],
        [Permission.SeeRetention] = [Role.Auditor, Role.Administrator],
        [Permission.SeeOperations] = [Role.Monitor, Role.Administrator],
        [Permission.UseOwnAccount] = [],
    }.ToFrozenDictionary(row => row.Key, row => row.Value.ToFrozenSet());

    /// <summary>How far a role reaches at most: a community worker has one community, and no whole street.</summary>
    private static readonly FrozenDictionary<Role, ScopeKind[]> Reach = new Dictionary<Role, ScopeKind[]>
    {
        [Role.Resident] = [ScopeKind.Community, ScopeKind.Building],
        [Role.BuildingLeader] = [ScopeKind.Building],
        [Role.CommunityWorker] = [ScopeKind.Community],
        [Role.StreetOfficer] = [ScopeKind.Street],
        [Role.DistrictOfficer] = [ScopeKind.District],
        [Role.ScenicDutyOfficer] = [ScopeKind.Place],
        [Role.Gate] = [ScopeKind.Place],
        [Role.TicketWindow] = [ScopeKind.Place],
        [Role.CanteenClerk] = [ScopeKind.Place, ScopeKind.Community],
        [Role.Cook] = [ScopeKind.Place, ScopeKind.Community],
        [Role.Sensor] = [ScopeKind.Place, ScopeKind.Community, ScopeKind.Street, ScopeKind.District, ScopeKind.Everywhere],
        [Role.Monitor] = [ScopeKind.Everywhere],
        [Role.Auditor] = [ScopeKind.Community, ScopeKind.Street, ScopeKind.District, ScopeKind.Everywhere],
        [Role.Administrator] = [ScopeKind.Everywhere],
    }.ToFrozenDictionary();

    /// <summary>The roles that are given to devices, and never sign in with a password.</summary>
    public static FrozenSet<Role> DeviceRoles { get; } = new[] { Role.Gate, Role.TicketWindow, Role.CanteenClerk, Role.Cook, Role.Sensor }.ToFrozenSet();

    /// <summary>Roles that may do something, wherever they hold.</summary>
    public static IReadOnlySet<Role> RolesWith(Permission permission) => Table[permission];

    /// <summary>Whether somebody may do something there.</summary>
    /// <param name="grants">The roles of who asks; none for who is not signed in.</param>
    /// <param name="permission">What.</param>
    /// <param name="location">Where.</param>
    /// <param name="now">Grants that ended count no more.</param>
    public static bool Allows(IEnumerable<RoleGrant> grants, Permission permission, PlaceLocation location, DateTimeOffset now)
    {
        var roles = Table[permission];
        return roles.Contains(Role.Public)
            || grants.Any(grant => roles.Contains(grant.Role) && grant.HoldsAt(now) && grant.Scope.Covers(location));
    }

    /// <summary>Whether somebody may do something at some place, so that it is worth showing.</summary>
    public static bool AllowsSomewhere(IEnumerable<RoleGrant> grants, Permission permission, DateTimeOffset now)
    {
        var roles = Table[permission];
        return roles.Contains(Role.Public) || grants.Any(grant => roles.Contains(grant.Role) && grant.HoldsAt(now));
    }

    /// <summary>
    /// Whether a role can hold there at all; null when it can. A delegate's rights come of a consent, everybody is public: neither is granted.
    /// </summary>
    public static Rejection? Check(RoleGrant grant) =>
        !Reach.TryGetValue(grant.Role, out var kinds)
            ? Rejection.Refused("role-not-granted", $"{grant.Role} is not a role that is given.", "role")
            : kinds.Contains(grant.Scope.Kind)
                ? null
                : Rejection.Refused("scope-not-fit", $"{grant.Role} does not hold for {grant.Scope}.", "scope");

    /// <summary>
    /// Whether somebody may give or take a role there: an administrator any; an officer of a district those below in her district, of a
    /// street those below in her street; a community worker building leaders and residents of her community, and the keys of its gates, counters and sensors. Nobody gives her own role on.
    /// </summary>
    /// <param name="grants">The roles of who gives.</param>
    /// <param name="given">The role that is given.</param>
    /// <param name="location">Where its scope lies.</param>
    /// <param name="now">Grants that ended count no more.</param>
    public static bool MayGrant(IEnumerable<RoleGrant> grants, Role given, PlaceLocation location, DateTimeOffset now) =>
        grants.Any(grant => grant.HoldsAt(now) && grant.Scope.Covers(location) && GivenBy(grant.Role).Contains(given));

    private static ReadOnlySpan<Role> GivenBy(Role giver) => giver switch
    {
        Role.Administrator => Given,
        Role.DistrictOfficer => Given.AsSpan(0, 10),
        Role.StreetOfficer => Given.AsSpan(0, 8),
        Role.CommunityWorker => Given.AsSpan(0, 7),
        Role.ScenicDutyOfficer => GivenOnDuty,
        _ => [],
    };

    private static readonly Role[] GivenOnDuty = [Role.Gate, Role.TicketWindow, Role.Sensor];

    /// <summary>From those that a community worker gives to those that only an administrator does.</summary>
    private static readonly Role[] Given =
    [
        Role.Resident, Role.BuildingLeader, Role.CanteenClerk, Role.Cook, Role.Gate, Role.TicketWindow, Role.Sensor,
        Role.CommunityWorker,
        Role.StreetOfficer, Role.ScenicDutyOfficer,
        Role.DistrictOfficer, Role.Monitor, Role.Auditor, Role.Administrator,
    ];
}
