using System.Security.Cryptography;
using System.Text;
using Coordination.Domain.Access;

namespace Coordination.Contracts.Identity;

/// <summary>
/// Under which key somebody is listed who has a role in a scope: the path of the scope, with what is not plain ASCII hashed. The buildings
/// of a community follow it.
/// </summary>
public static class MemberKeys
{
    private const int LongestSegment = 60;

    /// <summary>The key of a scope, with a slash at its end.</summary>
    public static string Of(AccessScope scope) => scope.Kind switch
    {
        ScopeKind.Everywhere => "everywhere/",
        ScopeKind.District or ScopeKind.Street => $"{scope.Text[..scope.Text.IndexOf('/', StringComparison.Ordinal)]}/{Hash(scope.Text)}/",
        _ => string.Join('/', scope.Text.Split('/').Select(Segment)) + "/",
    };

    private static string Segment(string text) => text.Length <= LongestSegment ? text : Hash(text);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
