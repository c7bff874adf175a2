using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Coordination.Domain.Accounts;
using Coordination.Domain.Communities;
using Coordination.Domain.Devices;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;

namespace Coordination.Domain;

/// <summary>JSON of events, states and views: camelCase, enums as camelCase words, absent instead of null, Chinese as it is.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = false)]
[JsonSerializable(typeof(OccupancyEvent))]
[JsonSerializable(typeof(OccupancyState))]
[JsonSerializable(typeof(DeviceRecord))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(OccupancyView))]
[JsonSerializable(typeof(PlaceProfile))]
[JsonSerializable(typeof(ParkingLotProfile))]
[JsonSerializable(typeof(ScenicAreaProfile))]
[JsonSerializable(typeof(CommunityEvent))]
[JsonSerializable(typeof(CommunityState))]
[JsonSerializable(typeof(CommunityProfile))]
[JsonSerializable(typeof(CommunityView))]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(KeyHolderEvent))]
[JsonSerializable(typeof(KeyHolderState))]
[JsonSerializable(typeof(AccountEvent))]
[JsonSerializable(typeof(AccountState))]
public sealed partial class DomainJson : JsonSerializerContext
{
    /// <summary>The one instance to use; its options are those of every interface of the product.</summary>
    public static DomainJson Instance { get; } = new(CreateOptions());

    /// <summary>New options with the conventions of the product, for serializers that also know other types.</summary>
    public static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }

    /// <summary>Puts the conventions of the product on <paramref name="options"/>.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 16;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new TimeOnlyJson());
    }
}

/// <summary>Wall-clock times as <c>HH:mm</c>; <c>24:00</c> is read as the end of the day, which is 00:00.</summary>
internal sealed class TimeOnlyJson : JsonConverter<TimeOnly>
{
    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (text is "24:00")
            return TimeOnly.MinValue;
        return TimeOnly.TryParseExact(text, ["H:mm", "HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw new JsonException("A time of day is written HH:mm.");
    }

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(value.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture));
}
