namespace Coordination.Server.Accounts;

/// <summary>
/// Makes a cookie of the framework one as <see cref="HostCookies"/> describes: parts of ASP.NET Core that keep a cookie under a fixed name ask
/// for the name and the options of each anew, and get those of the request at hand.
/// </summary>
/// <param name="requests">Knows the request at hand.</param>
/// <param name="name">One of the names of <see cref="HostCookies"/>.</param>
internal sealed class HostCookieBuilder(IHttpContextAccessor requests, string name) : CookieBuilder
{
    public override string? Name
    {
        get => requests.HttpContext is { } http ? HostCookies.NameFor(http, name) : name;
        set => throw new NotSupportedException("The name of this cookie is fixed.");
    }

    public override bool IsEssential { get; set; } = true;

    public override bool HttpOnly { get; set; } = true;

    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        (options.Secure, options.Path) = (true, "/");
        return HostCookies.For(context, options);
    }
}
