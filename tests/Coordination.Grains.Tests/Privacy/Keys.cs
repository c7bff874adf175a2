using Coordination.Grains.Privacy;

namespace Coordination.Grains.Tests.Privacy;

/// <summary>Keys for tests: of one id always the same.</summary>
internal static class Keys
{
    /// <summary>A list as it is configured: <c>k2=…,k1=…</c>.</summary>
    public static string List(params IEnumerable<string> ids) => string.Join(',', ids.Select(id => $"{id}={Base64(id)}"));

    public static string Base64(string seed) => Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(seed)));

    public static KeyRing Hash(params string[] ids) => KeyRing.ParseHashKeys(List(ids), "test");

    public static KeyRing Master(params string[] ids) => KeyRing.ParseMasterKeys(List(ids), "test");
}
