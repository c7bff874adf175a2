namespace Coordination.Grains.Privacy;

/// <summary>
/// Equality of what must not be stored as it is: identity numbers, phone numbers, plates. A hash under a secret key (HMAC-SHA256), so that
/// nobody who has only the store can find the number by trying all of them.
/// </summary>
/// <remarks>
/// Several keys can be known: the first of the list hashes, the others still match. A new hash of the same value may differ from a stored
/// one, so a stored one is looked for among the <see cref="Candidates"/>. Thread-safe.
/// </remarks>
public interface IKeyedHasher
{
    /// <summary>The hash to store: <c>k2:base64url</c>, the id of the key and 43 characters.</summary>
    /// <param name="purpose">
    /// What the value is, and where it must be equal: <c>identity-number</c>, <c>phone-number</c>. The same value under two purposes has two
    /// hashes that tell nothing of each other.
    /// </param>
    /// <param name="value">The value in its normalised form (<c>Reveal()</c> of the types in <c>Coordination.Domain.Privacy</c>).</param>
    string Hash(string purpose, string value);

    /// <summary>The hashes under all known keys, the one that <see cref="Hash"/> gives first. A stored hash of this value is one of them.</summary>
    IReadOnlyList<string> Candidates(string purpose, string value);

    /// <summary>Whether a stored hash is of this value, under whichever known key; in constant time.</summary>
    bool Matches(string hash, string purpose, string value);

    /// <summary>A stored hash was made with an older key, or one that is not known: at the next occasion, when the value is at hand, it is to be stored anew.</summary>
    bool NeedsRehash(string hash);
}
