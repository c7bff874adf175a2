namespace Coordination.Server.Accounts;

/// <summary>
/// Words that everybody here would try first: those of the product, the city, its places and offices (<c>city-words.txt</c>), and what the operator
/// adds. A password may have them beside enough of its own.
/// </summary>
internal sealed class CityWords
{
    /// <summary>Shortest of the operator's words, in characters.</summary>
    private const int Shortest = 2;

    private const int MostOwn = 1_000;
    private const int LeastLetters = 4;

    private readonly string[] words;

    /// <exception cref="FormatException">The operator's words are too many, or one is too short.</exception>
    public CityWords(IReadOnlyCollection<string> own)
    {
        if (own.Count > MostOwn || own.Any(word => word.Trim().Length < Shortest))
            throw new FormatException($"Coordination:Identity:PasswordWords has at most {MostOwn} words of {Shortest} characters and more.");
        words = [.. Passwords.LinesOf("city-words.txt").Where(line => line is not ['#', ..]).Concat(own.Select(word => word.Trim().ToLowerInvariant())).Distinct().OrderByDescending(word => word.Length)];
    }

    /// <summary>Whether there is too little in a password beside these words: digits and signs are what everybody puts behind them.</summary>
    /// <param name="plain">The password in lower case.</param>
    public bool Make(string plain)
    {
        var rest = words.Aggregate(plain, (left, word) => left.Replace(word, "", StringComparison.Ordinal));
        return rest.Length < plain.Length && (rest.Length < Passwords.MinLength || rest.Count(char.IsLetter) < LeastLetters);
    }
}
