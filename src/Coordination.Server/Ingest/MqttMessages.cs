using System.Buffers;
using Coordination.Contracts;
using Coordination.Domain;
using Coordination.Server.Api;
using Coordination.Server.Identity;
using Coordination.Server.Telemetry;
using MQTTnet;

namespace Coordination.Server.Ingest;

/// <summary>
/// MQTT input. Topic <c>{root}/{parking-lots|scenic-areas}/{id}/{readings|movements}</c>, payload one JSON object as in
/// <c>/api/ingest</c> (place and type may be left out). The result is published to <c>{root}/{kind}/{id}/results/{deviceId}</c>.
/// </summary>
internal sealed partial class MqttMessages(IGrainFactory grains, ILogger<MqttMessages> logger)
{
    private const int MaxPayload = IngestEndpoint.MaxLineBytes;

    /// <summary>Reads the topic; false when it is none of ours.</summary>
    public static bool TryTopic(string root, string topic, out PlaceId place, out bool isMovement)
    {
        (place, isMovement) = (default, false);
        if (!topic.StartsWith(root + "/", StringComparison.Ordinal))
            return false;
        var path = topic[(root.Length + 1)..];
        var slash = path.LastIndexOf('/');
        if (slash < 0 || path[(slash + 1)..] is not ("readings" or "movements"))
            return false;
        isMovement = path[(slash + 1)..] == "movements";
        return PlaceId.TryParse(path[..slash], out place) && place.Kind != PlaceKind.Community;
    }

    /// <summary>Takes a message; the answer is durable when this returns.</summary>
    /// <param name="place">From the topic.</param>
    /// <param name="isMovement">From the topic.</param>
    /// <param name="payload">One JSON object.</param>
    /// <param name="access">What the sender may; null for messages of a broker that lets in none but those that may.</param>
    /// <returns>The device and the result; no device when the message cannot be read so far. A status of unavailable or overloaded is to be sent again.</returns>
    public async Task<(string? DeviceId, LineResult Result)> TakeAsync(PlaceId place, bool isMovement, ReadOnlySequence<byte> payload, InputAccess? access)
    {
        if (payload.Length > MaxPayload)
            return (null, Unreadable(place, Rejection.Refused(ErrorCodes.LineTooLong, "A message has at most 16 KiB.")));
        if (InputLine.Read(payload.ToArray(), new TextCache(), place, isMovement, out _, out var input) is { } rejection)
            return (null, Unreadable(place, rejection));
        try
        {
            if (access is not null && !await access.MayAsync(place))
                return (null, Unreadable(place, InputAccess.Refusal));
            CallActor.Set(access is null ? ExternalBroker.Actor : access.Caller.Actor);
            var receipt = await grains.OccupancyGrain(place).Record([input!]);
            var result = receipt.Outcomes.OrEmpty() is [var outcome]
                ? LineResult.Of(outcome)
                : new LineResult(receipt.Unavailable ? LineStatus.Unavailable : LineStatus.Overloaded);
            return (input!.DeviceId, result);
        }
        catch (Exception failure)
        {
            LogFailed(place, failure);
            return (input!.DeviceId, new LineResult(LineStatus.Unavailable));
        }
    }

    private LineResult Unreadable(PlaceId place, Rejection rejection)
    {
        ServerMetrics.Unreadable("mqtt", rejection.Code);
        LogRefused(place, rejection.Code, rejection.Field ?? "");
        return new LineResult(LineStatus.Refused, rejection);
    }

    /// <summary>The message that tells a device what became of its input; devices that are not named get none.</summary>
    public static MqttApplicationMessage? Answer(string root, PlaceId place, string? deviceId, LineResult result)
    {
        // A device id is checked by the place; one with a wildcard or a slash in it must not make a topic.
        if (deviceId is null || deviceId.AsSpan().IndexOfAny("/+#\0") >= 0)
            return null;
        var body = new ArrayBufferWriter<byte>();
        using var writer = ResultWriter.NewWriter(body);
        ResultWriter.Write(body, writer, [(1, result)]);
        return new MqttApplicationMessageBuilder().WithTopic($"{root}/{place}/results/{deviceId}").WithPayload(body.WrittenMemory.TrimEnd((byte)'\n').ToArray()).Build();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "MQTT input for {Place} refused: {Code} {Field}")]
    private partial void LogRefused(PlaceId place, string code, string field);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MQTT input for {Place} could not be taken; the sender repeats it.")]
    private partial void LogFailed(PlaceId place, Exception failure);
}
