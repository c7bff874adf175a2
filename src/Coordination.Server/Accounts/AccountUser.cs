namespace Coordination.Server.Accounts;

/// <summary>An account as ASP.NET Core Identity sees it, for passkeys.</summary>
/// <param name="Id">Id of the account.</param>
/// <param name="UserName">What its person signs in with.</param>
internal sealed record AccountUser(string Id, string UserName)
{
    public static AccountUser Nobody { get; } = new("", "");
}
