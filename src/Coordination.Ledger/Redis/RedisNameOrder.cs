using System.Text;

namespace Coordination.Ledger.Redis;

/// <summary>The order of Unicode code points, which is that of the UTF-8 bytes and so that of Redis; that of UTF-16 differs beyond U+FFFF.</summary>
internal sealed class RedisNameOrder : IComparer<string?>
{
    public static RedisNameOrder Instance { get; } = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
