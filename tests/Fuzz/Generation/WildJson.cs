using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coordination.Fuzz.Description;

namespace Coordination.Fuzz.Generation;

/// <summary>
/// JSON after an example and its schema, from what is taken to what is not even JSON. As text, so that it can say what no object can:
/// a property twice, a number without an end, half a character.
/// </summary>
/// <param name="document">Where references point to.</param>
/// <param name="dice">Chance.</param>
/// <param name="start">What instants are told relative to.</param>
internal sealed class WildJson(ApiDocument document, Dice dice, DateTimeOffset start)
{
    private const int MaxDepth = 8;

    private long sequence;

    /// <param name="schema">What it may be.</param>
    /// <param name="example">What is taken; null where only the schema is known.</param>
    /// <param name="wildness">0: as it should be. 1: little of it stays as it should be.</param>
    public string Write(JsonNode? schema, JsonNode? example, double wildness)
    {
        var text = new StringBuilder();
        Value(text, schema, example, "", wildness, 0);
        return text.ToString();
    }

    /// <summary>An instant near the start of the run, as a device would tell it.</summary>
    public string Instant() => start.AddMilliseconds(dice.Between(-600_000, 60_000)).ToOffset(TimeSpan.FromHours(dice.Of([0, 8, -5]))).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    private void Value(StringBuilder text, JsonNode? schema, JsonNode? example, string name, double wildness, int depth)
    {
        schema = document.Resolve(schema);
        if (dice.Chance(wildness * 0.2))
            text.Append(Nonsense());
        else if (depth > MaxDepth)
            text.Append("null");
        else if (example is JsonObject || (example is null && schema?["properties"] is not null))
            Object(text, schema, example as JsonObject, wildness, depth);
        else if (example is JsonArray || (example is null && IsOf(schema, "array")))
            Array(text, schema, example as JsonArray, name, wildness, depth);
        else
            text.Append(Scalar(schema, example, name));
    }

    private void Object(StringBuilder text, JsonNode? schema, JsonObject? example, double wildness, int depth)
    {
        var known = schema?["properties"] as JsonObject;
        var names = (example ?? []).Select(property => property.Key).ToList();
        foreach (var property in known ?? [])
        {
            var isRequired = schema?["required"] is JsonArray required && required.Any(wanted => (string?)wanted == property.Key);
            if (!names.Contains(property.Key) && (isRequired || dice.Chance(0.05 + (wildness * 0.2))))
                names.Add(property.Key);
        }
        text.Append('{');
        var first = true;
        foreach (var name in names)
        {
            if (dice.Chance(wildness * 0.08))
                continue;
            for (var times = dice.Chance(wildness * 0.04) ? 2 : 1; times > 0; times--)
            {
                Comma();
                text.Append(Quoted(dice.Chance(wildness * 0.03) ? name.ToUpperInvariant() : name)).Append(':');
                Value(text, known?[name], example?[name], name, wildness, depth + 1);
            }
        }
        if (dice.Chance(wildness * 0.08))
        {
            Comma();
            text.Append(Quoted(dice.Of(Hostile.Texts))).Append(':').Append(Nonsense());
        }
        text.Append('}');

        void Comma()
        {
            if (!first)
                text.Append(',');
            first = false;
        }
    }

    private void Array(StringBuilder text, JsonNode? schema, JsonArray? example, string name, double wildness, int depth)
    {
        var length = dice.Chance(wildness * 0.02) ? 2000 : Math.Max(example?.Count ?? 0, dice.Below(3)) + (dice.Chance(wildness * 0.2) ? 1 : 0);
        text.Append('[');
        for (var i = 0; i < length; i++)
        {
            if (i > 0)
                text.Append(',');
            Value(text, schema?["items"], example is { Count: > 0 } ? example[i % example.Count] : null, name, i > 20 ? 0 : wildness, depth + 1);
        }
        text.Append(']');
    }

    private string Scalar(JsonNode? schema, JsonNode? example, string name)
    {
        if (name == "sequence")
            return (++sequence).ToString(CultureInfo.InvariantCulture);
        if ((string?)schema?["format"] == "date-time" || name == "at")
            return Quoted(Instant());
        if (schema?["enum"] is JsonArray { Count: > 0 } words && dice.Chance(0.5))
            return words[dice.Below(words.Count)]?.ToJsonString() ?? "null";
        if (example is not null)
            return example.ToJsonString();
        if (IsOf(schema, "integer") || IsOf(schema, "number"))
            return dice.Between(0, 500).ToString(CultureInfo.InvariantCulture);
        return IsOf(schema, "boolean") ? dice.Of(["true", "false"]) : (string?)schema?["format"] switch
        {
            "date" => Quoted("2026-05-01"),
            "time" => Quoted("08:00"),
            "uuid" => Quoted("0198a3f2-5a0e-7c1d-9b53-2f6f0e4a7d11"),
            _ => Quoted(dice.Of(["a", "b1", "京铁家园", "lake"])),
        };
    }

    /// <summary>Something else than was asked for.</summary>
    public string Nonsense() => dice.Below(9) switch
    {
        0 => "null",
        1 or 2 => dice.Of(Hostile.Numbers),
        3 or 4 => Quoted(dice.Of(Hostile.Texts)),
        5 => Quoted(dice.Of(Hostile.Instants)),
        6 => dice.Of(["true", "[]", "{}", "[[]]", "{\"a\":{}}", "undefined", "nul", "'a'", "// a", "[1,]", "{\"a\":1,}", "\"\\ud800\"", "\"\\u00\"", "\"\\x\"", "\"a\nb\"", "\"unended"]),
        7 => Deep(dice.Of([5, 15, 17, 65, 3000])),
        _ => dice.Whole().ToString(CultureInfo.InvariantCulture),
    };

    private string Deep(int depth) => dice.Chance(0.5)
        ? new string('[', depth) + new string(']', depth)
        : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static bool IsOf(JsonNode? schema, string type) =>
        schema?["type"] is { } types && (types is JsonArray several ? several.Any(one => (string?)one == type) : (string?)types == type);
}
