using System.Text.Json;
using System.Text.Json.Serialization;
using Coordination.Live.Core;

namespace Coordination.Live.Hubs;

/// <summary>The answer for one topic of a watch.</summary>
/// <param name="Topic">As it was asked for.</param>
/// <param name="Epoch">Epoch of the view; 0 without one.</param>
/// <param name="Version">Version of the view; 0 without one.</param>
/// <param name="View">The view; null when there is none (yet).</param>
/// <param name="Code">Why there is none, if that is an error: <c>topic-unknown</c>, <c>unavailable</c>.</param>
public sealed record WatchedTopic(
    string Topic,
    long Epoch,
    long Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ViewBody? View,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code);

/// <summary>Which view of its topic a push carries. The higher epoch is the newer; within an epoch, the higher version.</summary>
public sealed record ViewStamp(long Epoch, long Version);

/// <summary>Whether the figures are confirmed.</summary>
/// <param name="UnconfirmedSince">Since when they are not; null when they are.</param>
public sealed record StatusMessage([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? UnconfirmedSince);

/// <summary>The host leaves.</summary>
/// <param name="ReconnectAfterMs">After so many milliseconds the client is to connect again; until then it is kept up to date.</param>
public sealed record GoodbyeMessage(int ReconnectAfterMs);

/// <summary>The view itself, as the grain wrote it: copied as it is into JSON, and turned into MessagePack once.</summary>
[JsonConverter(typeof(ViewBodyJson))]
public sealed class ViewBody(SharedView view)
{
    internal SharedView Shared { get; } = view;
}

internal sealed class ViewBodyJson : JsonConverter<ViewBody>
{
    public override ViewBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Views are sent, never received.");

    // The grain's serializer wrote it a moment ago: checking it again for each version would be the dearest part of a push.
    public override void Write(Utf8JsonWriter writer, ViewBody value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Shared.View.Json.Span, skipInputValidation: true);
}
