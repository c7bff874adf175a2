using Coordination.Domain.Access;
using static Coordination.Domain.Access.Role;

namespace Coordination.Server.Tests.Identity;

/// <summary>
/// Every endpoint of the server and who may use it, written down once more by hand. A new endpoint that is not here fails a test, and so
/// does one that lets in anybody else.
/// </summary>
internal static class AccessTable
{
    public const string Everybody = "everybody";
    public const string SignedIn = "signed in";

    /// <summary>Person with an account; a key is told to sign in as somebody.</summary>
    public const string Account = "account";

    private static readonly Role[] Officers = [StreetOfficer, DistrictOfficer, Administrator];

    private static readonly Role[] OnDuty = [CommunityWorker, ScenicDutyOfficer, .. Officers];

    /// <summary>Who may do what at a place within the scope of the role.</summary>
    private static readonly Dictionary<string, Role[]> Roles = new()
    {
        ["see devices"] = [Gate, TicketWindow, Role.Monitor, .. OnDuty],
        ["record input"] = [Gate, TicketWindow, CanteenClerk, Sensor, ScenicDutyOfficer, Administrator],
        ["be on duty"] = OnDuty,
        ["define"] = Officers,
        ["manage programs"] = [Administrator],
        ["see people"] = [BuildingLeader, CommunityWorker, .. Officers],
        ["manage accounts"] = [CommunityWorker, .. Officers],
        ["erase people"] = [Administrator],
        ["see audit"] = [Auditor],
        ["see retention"] = [Auditor, Administrator],
        ["see operations"] = [Role.Monitor, Administrator],
    };

    /// <summary>Who may use what, by method and route.</summary>
    public static Dictionary<string, string> Rows { get; } = new()
    {
        ["GET /"] = Everybody,
        ["GET /screens/parking-lots/{id}"] = Everybody,
        ["GET /screens/scenic-areas/{id}"] = Everybody,
        ["GET /communities/{id}"] = Everybody,
        ["GET /docs"] = Everybody,
        ["GET /openapi/v1.json"] = Everybody,
        ["GET /health/live"] = Everybody,
        ["GET /health/ready"] = Everybody,
        ["GET /live"] = Everybody,
        ["POST /live/negotiate"] = Everybody,
        ["GET /api/live"] = Everybody,
        ["GET /metrics"] = "see operations",
        ["GET /dashboard"] = "see operations",
        ["GET /api/server"] = Everybody,
        ["GET /api/session"] = Everybody,
        ["POST /api/session"] = Everybody,
        ["DELETE /api/session"] = Everybody,
        ["DELETE /api/session/others"] = Account,
        ["POST /api/session/passkey/options"] = Everybody,
        ["POST /api/session/passkey"] = Everybody,
        ["POST /api/session/external/{provider}"] = Everybody,
        ["POST /api/session/password"] = Everybody,
        ["POST /api/session/again"] = Account,
        ["POST /api/session/again/passkey/options"] = Account,
        ["POST /api/session/again/passkey"] = Account,
        ["GET /api/demo/roles"] = Everybody,
        ["POST /api/demo/session"] = Everybody,
        ["POST /api/accounts"] = Everybody,
        ["GET /api/me"] = Account,
        ["DELETE /api/me"] = Account,
        ["PUT /api/me/contact"] = Account,
        ["POST /api/me/password"] = Account,
        ["GET /api/me/looks"] = Account,
        ["GET /api/me/export"] = Account,
        ["GET /api/me/delegates"] = Account,
        ["POST /api/me/delegates"] = Account,
        ["DELETE /api/me/delegates/{accountId}"] = Account,
        ["GET /api/me/acting-for"] = Account,
        ["POST /api/me/passkeys/options"] = Account,
        ["POST /api/me/passkeys"] = Account,
        ["DELETE /api/me/passkeys/{id}"] = Account,
        ["DELETE /api/me/sessions/{id}"] = Account,
        ["GET /api/accounts"] = "see people",
        ["POST /api/accounts/lookup"] = "see people",
        ["GET /api/accounts/{id}"] = "see people",
        ["POST /api/accounts/staff"] = "manage accounts",
        ["POST /api/accounts/{id}/password-code"] = "manage accounts",
        ["POST /api/accounts/{id}/roles"] = "manage accounts",
        ["DELETE /api/accounts/{id}/roles"] = "manage accounts",
        ["POST /api/accounts/{id}/lock"] = "manage accounts",
        ["POST /api/accounts/{id}/unlock"] = "manage accounts",
        ["DELETE /api/accounts/{id}"] = "erase people",
        ["GET /api/devices"] = "be on duty",
        ["POST /api/devices"] = "be on duty",
        ["POST /api/devices/{id}/key"] = "be on duty",
        ["DELETE /api/devices/{id}"] = "be on duty",
        ["GET /api/programs"] = "manage programs",
        ["POST /api/programs"] = "manage programs",
        ["POST /api/programs/{id}/key"] = "manage programs",
        ["DELETE /api/programs/{id}"] = "manage programs",
        ["GET /api/privacy/retention"] = "see retention",
        ["POST /api/ingest"] = "record input",
        ["POST /api/live-tickets"] = SignedIn,
        ["GET /api/audit"] = "see audit",
        ["GET /api/communities"] = Everybody,
        ["GET /api/communities/{id}"] = Everybody,
        ["GET /api/communities/{id}/profile"] = Everybody,
        ["PUT /api/communities/{id}"] = "define",
    };

    static AccessTable()
    {
        foreach (var page in (string[])["sign-in", "register", "new-password", "account", "account/{part}", "people", "people/{id}", "devices", "programs", "audit", "privacy", "demo"])
            Rows[$"GET /{page}"] = Everybody; // What it shows it asks for as who is signed in.
        foreach (var kind in (string[])["parking-lots", "scenic-areas"])
        {
            var place = $"/api/{kind}/{{id}}";
            Rows[$"GET /api/{kind}"] = Everybody;
            foreach (var seen in (string[])["", "/profile", "/history", "/trend"])
                Rows[$"GET {place}{seen}"] = Everybody;
            Rows[$"GET {place}/devices"] = "see devices";
            Rows[$"PUT {place}"] = "define";
            Rows[$"POST {place}/movements"] = Rows[$"POST {place}/readings"] = "record input";
            foreach (var done in (string[])["POST {0}/corrections", "POST {0}/capacity-changes", "POST {0}/rules-changes", "PUT {0}/operation"])
                Rows[string.Format(System.Globalization.CultureInfo.InvariantCulture, done, place)] = "be on duty";
        }
    }

    /// <summary>Whether somebody with a role may use a row at a place within the role's scope.</summary>
    public static bool Lets(string row, Role role) => Rows[row] switch
    {
        Everybody => true,
        SignedIn => role != Public,
        Account => false,
        var who => Roles[who].Contains(role),
    };
}
