using System.Text.Json.Serialization;
using Coordination.Domain.Access;

namespace Coordination.Server.Accounts;

/// <summary>A user name and its password.</summary>
/// <param name="UserName">Whatever the case and width of its letters.</param>
/// <param name="Password">At most 128 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SignInBody([property: JsonRequired] string UserName, [property: JsonRequired] string Password);

/// <summary>A one-use code, and the password that takes its place.</summary>
/// <param name="UserName">Whatever the case and width of its letters.</param>
/// <param name="Code">12 digits; spaces and hyphens between them do not matter.</param>
/// <param name="New">8 to 128 characters, 12 for staff, not easily guessed.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CodeBody([property: JsonRequired] string UserName, [property: JsonRequired] string Code, [property: JsonRequired] string New);

/// <summary>Somebody who registers herself.</summary>
/// <param name="UserName">1 to 64 letters, digits and <c>. _ - @ +</c>.</param>
/// <param name="Password">8 to 128 characters that are not easily guessed.</param>
/// <param name="DisplayName">1 to 80 characters.</param>
/// <param name="Community">Id of the community she lives in.</param>
/// <param name="Building">Id of the building there.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RegistrationBody(
    [property: JsonRequired] string UserName,
    [property: JsonRequired] string Password,
    [property: JsonRequired] string DisplayName,
    string? Community = null,
    string? Building = null);

/// <summary>A sign-in at another place.</summary>
/// <param name="ReturnTo">A path of this server to come back to.</param>
/// <param name="Again">Whether that place is to ask who one is although it may remember it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ExternalSignInBody([property: JsonRequired] string ReturnTo, bool Again = false);

/// <summary>Where the browser goes.</summary>
/// <param name="Address">Of the provider; good in this browser only, for a quarter of an hour.</param>
public sealed record ExternalAddressAnswer(string Address);

/// <summary>A role somebody has.</summary>
/// <param name="Role">Which.</param>
/// <param name="Scope">Where, such as <c>communities/jingtie-jiayuan</c>; <c>*</c> for everywhere.</param>
/// <param name="Until">When it ends by itself; left out for never.</param>
public sealed record RoleAnswer(Role Role, string Scope, DateTimeOffset? Until)
{
    internal static IReadOnlyList<RoleAnswer> Of(IEnumerable<RoleGrant> grants) => [.. grants.Select(grant => new RoleAnswer(grant.Role, grant.Scope.Text, grant.Until))];
}

/// <summary>Where one may sign in beside here.</summary>
/// <param name="Id">For <c>/api/session/external/{id}</c>.</param>
/// <param name="Name">As people know it.</param>
public sealed record ProviderAnswer(string Id, string Name);

/// <summary>Who is signed in.</summary>
/// <param name="SignedIn">Whether somebody is.</param>
/// <param name="Subject">Path of who.</param>
/// <param name="DisplayName">Of the person.</param>
/// <param name="Roles">What she is, and where.</param>
/// <param name="Permissions">What she may do somewhere, so that it is worth showing.</param>
/// <param name="AntiforgeryToken">To be sent as <c>X-Antiforgery</c> with every POST, PUT and DELETE of this session.</param>
/// <param name="Demo">Whether <c>/api/demo/roles</c> offers accounts to try the product with.</param>
/// <param name="Registration">Whether residents may register themselves.</param>
/// <param name="Providers">Where one may sign in beside here.</param>
public sealed record SessionAnswer(
    bool SignedIn,
    string? Subject,
    string? DisplayName,
    IReadOnlyList<RoleAnswer> Roles,
    IReadOnlyList<Permission> Permissions,
    string AntiforgeryToken,
    bool Demo,
    bool Registration,
    IReadOnlyList<ProviderAnswer> Providers);
