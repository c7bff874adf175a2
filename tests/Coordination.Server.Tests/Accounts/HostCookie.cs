using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>What a cookie has to be that no other host can set and no plain connection carries.</summary>
internal static class HostCookie
{
    /// <summary>Every cookie of an answer, of which there has to be one.</summary>
    public static void AssertAll(Answer answer) => AssertAll(answer.Headers.GetValues("Set-Cookie"));

    public static void AssertAll(IEnumerable<string> cookies) => Assert.All(cookies, cookie =>
    {
        Assert.StartsWith("__Host-coordination", cookie, StringComparison.Ordinal);
        foreach (var flag in (string[])["; secure", "; httponly", "; samesite=", "; path=/"])
            Assert.Contains(flag, $"{cookie};", StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("; path=/a", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    });
}
