using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Coordination.Grains.Privacy;
using FsCheck.Xunit;

namespace Coordination.Grains.Tests.Privacy;

/// <summary>Equality without the value, across rotations of the key.</summary>
public sealed class KeyedHasherTests
{
    private const string Phone = "13812345678";

    [Fact]
    public void A_hash_names_its_key_and_tells_nothing_else()
    {
        var hash = new KeyedHasher(Keys.Hash("k1")).Hash("phone-number", Phone);

        Assert.Matches("^k1:[A-Za-z0-9_-]{43}$", hash);
        Assert.Equal(hash, new KeyedHasher(Keys.Hash("k1")).Hash("phone-number", Phone)); // On every host, after every restart.
    }

    [Property]
    public void Two_hashes_are_equal_exactly_when_purpose_and_value_are(FsCheck.NonEmptyString purpose, FsCheck.NonEmptyString value, FsCheck.NonEmptyString otherPurpose, FsCheck.NonEmptyString other)
    {
        var hasher = new KeyedHasher(Keys.Hash("k1"));

        Assert.Equal(
            (purpose.Get, value.Get) == (otherPurpose.Get, other.Get),
            hasher.Hash(purpose.Get, value.Get) == hasher.Hash(otherPurpose.Get, other.Get));
    }

    [Fact]
    public void Purpose_and_value_do_not_run_into_each_other()
    {
        var hasher = new KeyedHasher(Keys.Hash("k1"));

        Assert.NotEqual(hasher.Hash("ab", "c"), hasher.Hash("a", "bc"));
    }

    [Fact]
    public void Equality_holds_across_a_rotation()
    {
        var before = new KeyedHasher(Keys.Hash("k1"));
        var announced = new KeyedHasher(Keys.Hash("k1", "k2"));
        var after = new KeyedHasher(Keys.Hash("k2", "k1"));
        var stored = before.Hash("phone-number", Phone);

        // First every host knows the new key, and none uses it.
        Assert.Equal(stored, announced.Hash("phone-number", Phone));
        Assert.False(announced.NeedsRehash(stored));

        // Then it is used, and what is stored still matches.
        var anew = after.Hash("phone-number", Phone);
        Assert.StartsWith("k2:", anew, StringComparison.Ordinal);
        Assert.Equal([anew, stored], after.Candidates("phone-number", Phone));
        Assert.True(after.Matches(stored, "phone-number", Phone));
        Assert.True(after.NeedsRehash(stored));
        Assert.False(after.NeedsRehash(anew));

        // A host that only knows of it matches what the others store already.
        Assert.Contains(anew, announced.Candidates("phone-number", Phone));
        Assert.True(announced.Matches(anew, "phone-number", Phone));
    }

    /// <summary>The twin: what the second step prevents.</summary>
    [Fact]
    public void A_host_that_was_not_told_of_the_new_key_would_take_one_person_for_two()
    {
        var anew = new KeyedHasher(Keys.Hash("k2", "k1")).Hash("phone-number", Phone);

        Assert.DoesNotContain(anew, new KeyedHasher(Keys.Hash("k1")).Candidates("phone-number", Phone));
    }

    [Theory]
    [InlineData("k1:")]
    [InlineData("k9:AAAA")]
    [InlineData("")]
    [InlineData("13812345678")]
    public void What_is_no_hash_of_a_known_key_matches_nothing(string stored)
    {
        var hasher = new KeyedHasher(Keys.Hash("k1"));

        Assert.False(hasher.Matches(stored, "phone-number", Phone));
        Assert.Equal(!stored.StartsWith("k1:", StringComparison.Ordinal), hasher.NeedsRehash(stored));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => new KeyedHasher(Keys.Hash("k1")).Hash("name", "half\uD83C"));

    /// <summary>The twin: who holds a store with plain hashes finds a number by trying. With the key it stays hidden from the same trial.</summary>
    [Fact]
    public void A_plain_hash_would_be_found_by_trying()
    {
        var plain = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Phone)));
        var keyed = new KeyedHasher(Keys.Hash("k1")).Hash("phone-number", Phone);
        var withoutTheKey = new KeyedHasher(Keys.Hash("guess"));

        var (foundPlain, foundKeyed) = (0, 0);
        for (var last = 0; last < 10_000; last++)
        {
            var guess = string.Create(CultureInfo.InvariantCulture, $"1381234{last:D4}");
            foundPlain += Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(guess))) == plain ? 1 : 0;
            foundKeyed += withoutTheKey.Hash("phone-number", guess)[6..] == keyed[3..] ? 1 : 0;
        }

        Assert.Equal((1, 0), (foundPlain, foundKeyed));
    }
}
