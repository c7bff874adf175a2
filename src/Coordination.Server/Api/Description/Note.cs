namespace Coordination.Server.Api.Description;

/// <summary>What is said about one operation beyond its types.</summary>
/// <param name="Description">What a caller must know, in Markdown.</param>
internal sealed record Note(string Description)
{
    /// <summary>Example of the body, as it is sent.</summary>
    public string? Request { get; init; }

    /// <summary>Example of the answer, by status.</summary>
    public IReadOnlyDictionary<int, string> Answers { get; init; } = new Dictionary<int, string>();

    /// <summary>Errors it can answer with, beside those of every operation.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>Whether it takes a JSON body.</summary>
    public bool TakesJson { get; init; }

    /// <summary>Whether it asks a place, which may not answer.</summary>
    public bool AsksPlaces { get; init; } = true;

    /// <summary>Headers it takes.</summary>
    public IReadOnlyList<Parameter> Headers { get; init; } = [];

    /// <summary>Meaning and example of its parameters in path and query, by name.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters { get; init; } = new Dictionary<string, Parameter>();

    /// <summary>Whether the answer has an ETag.</summary>
    public bool HasETag { get; init; }

    /// <summary>All errors it can answer with.</summary>
    public IEnumerable<string> AllCodes =>
    [
        .. Codes,
        ErrorCodes.RateLimited,
        .. TakesJson ? (string[])[ErrorCodes.Malformed, ErrorCodes.OriginNotAllowed, ErrorCodes.RequestTimeout, ErrorCodes.TooLarge, ErrorCodes.UnsupportedMediaType] : [],
        .. AsksPlaces ? (string[])[ErrorCodes.StoreUnavailable, ErrorCodes.StoreDamaged, ErrorCodes.Unavailable] : [],
    ];
}

/// <summary>A parameter or header.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Description">What it does.</param>
/// <param name="Example">A value.</param>
internal sealed record Parameter(string Name, string Description, string Example);
