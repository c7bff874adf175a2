using System.Text;
using FsCheck.Xunit;

namespace Coordination.Ledger.Tests.Engine;

/// <summary>Whatever is done to a chained stream, the check finds it.</summary>
public sealed class ChainCheckTests
{
    private const string Name = "counters/a";

    /// <summary>What is done to a stream, chosen by numbers.</summary>
    /// <param name="Kind">A byte is changed, batches are removed from the middle, or two are exchanged.</param>
    /// <param name="Batch">Which batch.</param>
    /// <param name="Other">Which other one, or how many.</param>
    /// <param name="Place">Which byte.</param>
    /// <param name="Flip">What is changed in it.</param>
    public readonly record struct Tampering(byte Kind, byte Batch, byte Other, ushort Place, byte Flip);

    [Property(MaxTest = 500)]
    public void Any_change_of_a_chained_stream_is_found(byte count, Tampering tampering)
    {
        var batches = Chained(3 + count % 20);
        Assert.Null(Check(batches).Broken);

        Tamper(batches, tampering);

        Assert.NotNull(Check(batches).Broken);
    }

    /// <summary>The twin: without links the same stream with other events is as good as the right one.</summary>
    [Fact]
    public void Without_links_another_past_looks_like_the_right_one()
    {
        List<EventBatch> batches = [.. Enumerable.Range(1, 5).Select(version => new EventBatch(version, 1, Payload(version, 5)))];
        batches[2] = new EventBatch(3, 1, Payload(3, 500));

        Assert.Null(Check(batches).Broken);
        Assert.Null(Check(batches).ChainedFrom);

        var chained = Chained(5);
        chained[2] = new EventBatch(3, 1, StreamChain.Seal(Payload(3, 500), StreamChain.LinkOf(chained[2].Payload.Span)!));
        Assert.Contains("version 3", Check(chained).Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_broken_place_is_told()
    {
        var batches = Chained(9);
        batches[3] = new EventBatch(4, 1, Payload(4, 4));
        batches[6] = new EventBatch(7, 1, Payload(7, 4));

        var check = Check(batches);

        Assert.Contains("version 4: the link is missing", check.Broken, StringComparison.Ordinal);
        Assert.Equal((3, 1), (check.Version, check.ChainedFrom));
    }

    [Fact]
    public void A_chain_may_begin_in_the_middle_and_the_part_before_it_has_a_digest()
    {
        var batches = Chained(9);
        foreach (var i in (int[])[0, 1, 2, 3])
            batches[i] = new EventBatch(i + 1, 1, Payload(i + 1, 1));
        var link = StreamChain.Genesis;
        for (var i = 4; i < batches.Count; i++)
        {
            link = StreamChain.Compute(link, Name, i + 1, Payload(i + 1, 1));
            batches[i] = new EventBatch(i + 1, 1, StreamChain.Seal(Payload(i + 1, 1), link));
        }

        var check = Check(batches);
        Assert.Equal((null, 5, 9, link), (check.Broken, check.ChainedFrom, check.Version, check.Link));

        batches[1] = new EventBatch(2, 1, Payload(2, 2));
        Assert.NotEqual(check.Before, Check(batches).Before);
        Assert.Null(Check(Chained(2)).Before);
    }

    [Fact]
    public void A_chain_is_of_one_stream_only()
    {
        var other = new ChainCheck("counters/b");
        Assert.NotNull(other.Add(Chained(1)[0]));
    }

    /// <summary>The example of docs/audit.md: who changes the recipe breaks every check that was written by it.</summary>
    [Fact]
    public void The_links_are_those_of_the_recipe()
    {
        var body = """[{"version":1,"recordedAt":"2026-05-01T08:00:00+00:00","event":{"type":"added","amount":5}}]"""u8;
        var link = StreamChain.Compute(StreamChain.Genesis, Name, 1, body);

        // printf '%s\n%s\n%s\n%s' "$(printf '0%.0s' $(seq 64))" counters/a 1 '[{…}]' | sha256sum
        var text = $"{new string('0', 64)}\n{Name}\n1\n{Encoding.UTF8.GetString(body)}";
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text))), link);
        Assert.Equal(Encoding.UTF8.GetString(body)[..^2] + $",\"link\":\"{link}\"}}]", Encoding.UTF8.GetString(StreamChain.Seal(body, link)));
        Assert.Equal(link, StreamChain.Compute(StreamChain.Genesis, Name, 1, StreamChain.Seal(body, link)));
    }

    [Theory]
    [InlineData("""[{"event":{"link":"0000000000000000000000000000000000000000000000000000000000000000"}}]""")]
    [InlineData("""[{"event":{},"link":"000000000000000000000000000000000000000000000000000000000000000G"}]""")]
    [InlineData("""[{"event":{},"link":"00"}]""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_is_no_link_is_not_taken_for_one(string payload) => Assert.Null(StreamChain.LinkOf(Encoding.UTF8.GetBytes(payload)));

    private static ChainCheck Check(IEnumerable<EventBatch> batches)
    {
        var check = new ChainCheck(Name);
        foreach (var batch in batches)
            check.Add(batch);
        return check;
    }

    private static List<EventBatch> Chained(int count)
    {
        var (batches, link) = (new List<EventBatch>(), StreamChain.Genesis);
        for (var version = 1; version <= count; version++)
        {
            link = StreamChain.Compute(link, Name, version, Payload(version, 1));
            batches.Add(new EventBatch(version, 1, StreamChain.Seal(Payload(version, 1), link)));
        }

        return batches;
    }

    private static void Tamper(List<EventBatch> batches, Tampering tampering)
    {
        var at = tampering.Batch % batches.Count;
        switch (tampering.Kind % 4)
        {
            case 0: // A byte becomes another.
                var bytes = batches[at].Payload.ToArray();
                bytes[tampering.Place % bytes.Length] ^= (byte)(1 + tampering.Flip % 255);
                batches[at] = batches[at] with { Payload = bytes };
                break;
            case 1: // Some are removed, and those behind them move up.
                at %= batches.Count - 1;
                batches.RemoveRange(at, 1 + tampering.Other % (batches.Count - 1 - at));
                for (var i = at; i < batches.Count; i++)
                    batches[i] = batches[i] with { FirstVersion = i + 1 };
                break;
            case 2: // Some are removed.
                at %= batches.Count - 1;
                batches.RemoveRange(at, 1 + tampering.Other % (batches.Count - 1 - at));
                break;
            default: // Two change places, and keep their versions' places.
                var other = (at + 1 + tampering.Other % (batches.Count - 1)) % batches.Count;
                var (one, two) = (batches[at].Payload, batches[other].Payload);
                batches[at] = batches[at] with { Payload = two };
                batches[other] = batches[other] with { Payload = one };
                break;
        }
    }

    private static byte[] Payload(long version, int amount) => Encoding.UTF8.GetBytes(
        $$$"""[{"version":{{{version}}},"recordedAt":"2026-05-01T08:00:00+00:00","event":{"type":"added","amount":{{{amount}}}}}]""");
}
