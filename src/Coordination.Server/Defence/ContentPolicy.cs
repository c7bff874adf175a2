using Scalar.AspNetCore;

namespace Coordination.Server.Defence;

/// <summary>What a browser may do with a page: its Content-Security-Policy.</summary>
/// <param name="Of">The policy of an answer; it may differ from one to the next.</param>
internal sealed record ContentPolicy(Func<HttpContext, string> Of)
{
    private const string Ours =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    /// <summary>
    /// The pages of the product: what comes from here and nothing else, no script and no style within the page. Vue and the plots set
    /// their styles through the object model, which the policy does not forbid. Live connections are <c>'self'</c> too.
    /// </summary>
    public static ContentPolicy Pages { get; } = new(_ => Ours);

    /// <summary>An answer that is no page: should a browser take it for one, nothing in it runs, and nobody frames it.</summary>
    public static ContentPolicy Data { get; } = new(_ => "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

    /// <summary>The description of the API: its own script tags have a nonce; the program behind them writes style elements.</summary>
    public static ContentPolicy Description { get; } = new(http =>
        $"default-src 'none'; script-src 'self' 'nonce-{http.Items[ScalarOptions.NonceHttpContextItemKey]}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'");

    /// <summary>The dashboard of Orleans: its program writes style attributes.</summary>
    public static ContentPolicy Dashboard { get; } = new(_ =>
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'");
}
