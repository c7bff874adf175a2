using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Access;

/// <summary>How far a scope reaches.</summary>
public enum ScopeKind
{
    Everywhere,
    District,
    Street,
    Community,
    Building,
    Place,
}

/// <summary>
/// Where a role holds. Its text form is what is stored and shown: <c>*</c>, <c>districts/北京/丰台区</c>,
/// <c>streets/北京/丰台区/六里桥街道</c>, <c>communities/jingtie-jiayuan</c>, <c>communities/jingtie-jiayuan/buildings/building-1</c>,
/// <c>parking-lots/jingtie-north</c>, <c>scenic-areas/the-bund</c>.
/// </summary>
[GenerateSerializer, Immutable]
[JsonConverter(typeof(AccessScopeJson))]
public sealed record AccessScope
{
    /// <summary>Longest text that is taken, in characters.</summary>
    public const int MaxLength = 300;

    private AccessScope(ScopeKind kind, string text, string[] names)
    {
        Kind = kind;
        Text = text;
        Names = names;
    }

    [Id(0)] public ScopeKind Kind { get; private init; }

    /// <summary>What is stored and shown.</summary>
    [Id(1)] public string Text { get; private init; }

    [Id(2)] private string[] Names { get; init; }

    /// <summary>Everything there is.</summary>
    public static AccessScope Everywhere { get; } = new(ScopeKind.Everywhere, "*", []);

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out AccessScope? scope)
    {
        scope = text is null or { Length: 0 or > MaxLength } || text.Any(char.IsControl) ? null : Parse(text, text.Split('/'));
        return scope is not null;
    }

    /// <summary>Whether what is there lies in this scope.</summary>
    public bool Covers(PlaceLocation location) => Kind switch
    {
        ScopeKind.Everywhere => true,
        ScopeKind.District => location.City == Names[0] && location.District == Names[1],
        ScopeKind.Street => location.City == Names[0] && location.District == Names[1] && location.Street == Names[2],
        ScopeKind.Community => location.Community == Names[0],
        ScopeKind.Building => location.Community == Names[0] && location.Building == Names[1],
        _ => location.Path == Text,
    };

    /// <summary>Where the scope lies, as far as its text says; of a community or a place its profile says the rest.</summary>
    public PlaceLocation Location => Kind switch
    {
        ScopeKind.Everywhere => PlaceLocation.Nowhere,
        ScopeKind.District => new PlaceLocation(null, Names[0], Names[1]),
        ScopeKind.Street => new PlaceLocation(null, Names[0], Names[1], Names[2]),
        ScopeKind.Community => new PlaceLocation(Text, Community: Names[0]),
        ScopeKind.Building => new PlaceLocation($"communities/{Names[0]}", Community: Names[0], Building: Names[1]),
        _ => new PlaceLocation(Text),
    };

    public bool Equals(AccessScope? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;

    private static AccessScope? Parse(string text, string[] parts) => parts switch
    {
        ["*"] => Everywhere,
        ["districts", var city, var district] when AreNames(city, district) => new(ScopeKind.District, text, [city, district]),
        ["streets", var city, var district, var street] when AreNames(city, district, street) => new(ScopeKind.Street, text, [city, district, street]),
        ["communities", var id] when PlaceId.IsSlug(id) => new(ScopeKind.Community, text, [id]),
        ["communities", var id, "buildings", var building] when PlaceId.IsSlug(id) && PlaceId.IsSlug(building) => new(ScopeKind.Building, text, [id, building]),
        _ => PlaceId.TryParse(text, out _) ? new(ScopeKind.Place, text, []) : null,
    };

    private static bool AreNames(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (string.IsNullOrWhiteSpace(name) || name.Length > 80 || name != name.Trim())
                return false;
        }
        return true;
    }
}

/// <summary>Scopes as their text.</summary>
internal sealed class AccessScopeJson : JsonConverter<AccessScope>
{
    public override AccessScope Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && AccessScope.TryParse(reader.GetString(), out var scope)
            ? scope
            : throw new JsonException("A scope is written such as communities/jingtie-jiayuan.");

    public override void Write(Utf8JsonWriter writer, AccessScope value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
