using Coordination.Domain.Access;
using Coordination.Server.Identity;
using Microsoft.OpenApi;

namespace Coordination.Server.Api.Description;

/// <summary>Says of an operation who may do it, from the requirement that the guard goes by.</summary>
internal static class AccessWords
{
    public const string KeyScheme = "key";
    public const string SessionScheme = "session";

    /// <summary>Who may do it; null when everybody may.</summary>
    public static string? Of(AccessRequirement? access) => access switch
    {
        null or { NeedsSignIn: false } => null,
        { Permission: { } permission } => $"**Needs** the permission `{permission}` at the place: {string.Join(", ", AccessRules.RolesWith(permission).Order())}.",
        _ => "**Needs** to be signed in.",
    };

    /// <summary>Errors that the guard answers with.</summary>
    public static IEnumerable<string> CodesOf(AccessRequirement? access) => access switch
    {
        { NeedsSignIn: false } => [ErrorCodes.CredentialsInvalid, ErrorCodes.NotADelegate],
        { Permission: null } => [ErrorCodes.NotSignedIn, ErrorCodes.CredentialsInvalid, ErrorCodes.SessionEnded, ErrorCodes.NotADelegate],
        _ => [ErrorCodes.NotSignedIn, ErrorCodes.CredentialsInvalid, ErrorCodes.SessionEnded, ErrorCodes.Forbidden, ErrorCodes.NotADelegate],
    };

    /// <summary>Errors of whatever may change something: of a session without its token, and of a page from elsewhere.</summary>
    public static IEnumerable<string> CodesOf(string? method) => method is "GET" ? [] : [ErrorCodes.Antiforgery, ErrorCodes.OriginNotAllowed];

    /// <summary>Names the ways to sign in that the operation takes.</summary>
    public static void Secure(OpenApiOperation operation, AccessRequirement? access, OpenApiDocument? document)
    {
        if (access is { NeedsSignIn: true })
            operation.Security = [Requirement(KeyScheme, document), Requirement(SessionScheme, document)];
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument? document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
