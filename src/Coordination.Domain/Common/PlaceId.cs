using System.Diagnostics.CodeAnalysis;

namespace Coordination.Domain;

/// <summary>What kind of place a grain stands for. Each kind has its own path: <c>parking-lots</c>, <c>scenic-areas</c>, <c>communities</c>.</summary>
public enum PlaceKind
{
    ParkingLot,
    ScenicArea,
    Community,
}

/// <summary>
/// Names one place in the whole system. Its text form is the resource path (<c>parking-lots/jingtie-north</c>), which is also
/// its topic on the live feed and its stream in the event store.
/// </summary>
[GenerateSerializer, Immutable]
public readonly record struct PlaceId([property: Id(0)] PlaceKind Kind, [property: Id(1)] string Slug)
{
    /// <summary>Longest slug that is taken, in characters.</summary>
    public const int MaxSlugLength = 100;

    public override string ToString() => $"{PathOf(Kind)}/{Slug}";

    /// <summary>The plural kebab-case path of a kind.</summary>
    public static string PathOf(PlaceKind kind) => kind switch
    {
        PlaceKind.ParkingLot => "parking-lots",
        PlaceKind.ScenicArea => "scenic-areas",
        PlaceKind.Community => "communities",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of place."),
    };

    /// <summary>Lower-case letters, digits and single inner hyphens, 1 to <see cref="MaxSlugLength"/> characters.</summary>
    public static bool IsSlug([NotNullWhen(true)] string? text)
    {
        if (text is not { Length: > 0 and <= MaxSlugLength })
            return false;
        var afterHyphen = true; // A slug neither begins nor ends with one, nor has two together.
        foreach (var c in text)
        {
            if (c == '-' ? afterHyphen : !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c))
                return false;
            afterHyphen = c == '-';
        }
        return !afterHyphen;
    }

    /// <summary>Reads <c>kind-path/slug</c>; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PlaceId id)
    {
        id = default;
        if (text is null)
            return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return false;
        PlaceKind? kind = text.AsSpan(0, slash) switch
        {
            "parking-lots" => PlaceKind.ParkingLot,
            "scenic-areas" => PlaceKind.ScenicArea,
            "communities" => PlaceKind.Community,
            _ => null,
        };
        var slug = text[(slash + 1)..];
        if (kind is null || !IsSlug(slug))
            return false;
        id = new PlaceId(kind.Value, slug);
        return true;
    }
}
