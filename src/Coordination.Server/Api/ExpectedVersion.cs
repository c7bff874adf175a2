using System.Globalization;

namespace Coordination.Server.Api;

/// <summary>
/// The preconditions of a PUT: <c>If-Match: "epoch.version"</c> (as in the ETag) or <c>"version"</c>, and
/// <c>If-None-Match: *</c> for "only if it does not exist". A community takes the second only: its view changes with every figure
/// of its places, so its ETag says nothing about its profile.
/// </summary>
internal static class ExpectedVersion
{
    public static bool TryRead(HttpContext http, out long? expected, bool takesMatch = true)
    {
        expected = null;
        var (match, noneMatch) = (http.Request.Headers.IfMatch.ToString(), http.Request.Headers.IfNoneMatch.ToString());
        if (noneMatch.Length > 0)
        {
            expected = 0;
            return noneMatch == "*" && match.Length == 0;
        }
        if (match.Length == 0)
            return true;
        if (!takesMatch)
            return false;
        var tag = match.Trim('"');
        if (!long.TryParse(tag.AsSpan(tag.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version < 1)
            return false;
        expected = version;
        return true;
    }

    public static IResult Invalid() => Problems.Malformed("If-Match", "If-Match with one ETag of this place, or If-None-Match: *.");
}
