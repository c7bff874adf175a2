using System.Security.Cryptography;
using System.Text;

namespace Coordination.Cli.Replay;

/// <summary>Gives every name in the files a slug of its own.</summary>
/// <param name="prefix">Put before every slug; lower-case letters, digits and inner hyphens, or empty.</param>
internal sealed class SlugBook(string prefix)
{
    /// <summary>Longest slug the server takes.</summary>
    public const int MaxLength = 100;

    private readonly Dictionary<string, string> slugs = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <summary>The slug of a name: always the same for the same name, and of no other name.</summary>
    public string SlugOf(string name)
    {
        if (slugs.TryGetValue(name, out var known))
            return known;
        var slug = Slugify(prefix + name);
        // Nothing left, too long, or somebody else's: a piece of the name's hash tells it apart, and is the same in every run.
        if (slug.Length is 0 or > MaxLength || !taken.Add(slug))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            var length = 8;
            do
            {
                var stem = slug.Length == 0 ? "place" : slug[..Math.Min(slug.Length, MaxLength - 1 - length)].TrimEnd('-');
                known = $"{stem}-{hash[..length]}";
                length += 8;
            }
            while (!taken.Add(known));
            slug = known;
        }
        slugs.Add(name, slug);
        return slug;
    }

    /// <summary>Lower case; every run of anything but ASCII letters and digits becomes one hyphen; none at the ends.</summary>
    public static string Slugify(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        return slug.ToString().TrimEnd('-');
    }
}
