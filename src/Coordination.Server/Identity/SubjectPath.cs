namespace Coordination.Server.Identity;

/// <summary>Paths of subjects: <c>accounts/{id}</c>, <c>devices/{id}</c>, <c>programs/{id}</c>; the id is a lower-case UUID.</summary>
internal static class SubjectPath
{
    public static bool IsAccount(string path) => Has(path, "accounts/");

    public static bool IsAny(string path) => IsAccount(path) || Has(path, "devices/") || Has(path, "programs/");

    /// <summary>Whether a text has the form of an id; anything else is nobody's.</summary>
    public static bool IsId(ReadOnlySpan<char> id) => Guid.TryParseExact(id, "D", out _) && !id.ContainsAnyInRange('A', 'F');

    private static bool Has(string path, string kind) => path.StartsWith(kind, StringComparison.Ordinal) && IsId(path.AsSpan(kind.Length));
}
