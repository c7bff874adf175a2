using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Coordination.Domain;

/// <summary>
/// A dictionary by id, written in the ordinal order of the ids: the hashes of strings differ from process to process, and equal
/// states must be equal as text too.
/// </summary>
internal sealed class OrdinalDictionaryJson<TValue> : JsonConverter<ImmutableDictionary<string, TValue>>
{
    public override ImmutableDictionary<string, TValue> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        OrdinalJson.Read<TValue>(ref reader, options).ToImmutableDictionary(StringComparer.Ordinal);

    public override void Write(Utf8JsonWriter writer, ImmutableDictionary<string, TValue> value, JsonSerializerOptions options) =>
        OrdinalJson.Write(writer, value.OrderBy(entry => entry.Key, StringComparer.Ordinal), options);
}

/// <summary>A dictionary in the ordinal order of its keys that keeps this order when it is read back; the default would be the order of a culture.</summary>
internal sealed class OrdinalSortedDictionaryJson<TValue> : JsonConverter<ImmutableSortedDictionary<string, TValue>>
{
    public override ImmutableSortedDictionary<string, TValue> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        OrdinalJson.Read<TValue>(ref reader, options).ToImmutableSortedDictionary(StringComparer.Ordinal);

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, TValue> value, JsonSerializerOptions options) =>
        OrdinalJson.Write(writer, value, options);
}

file static class OrdinalJson
{
    public static Dictionary<string, TValue> Read<TValue>(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An object was expected.");
        var type = (JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue));
        var entries = new Dictionary<string, TValue>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            entries[key] = JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException("A value is missing.");
        }
        return entries;
    }

    public static void Write<TValue>(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, TValue>> entries, JsonSerializerOptions options)
    {
        var type = (JsonTypeInfo<TValue>)options.GetTypeInfo(typeof(TValue));
        writer.WriteStartObject();
        foreach (var (key, value) in entries)
        {
            writer.WritePropertyName(key);
            JsonSerializer.Serialize(writer, value, type);
        }
        writer.WriteEndObject();
    }
}
