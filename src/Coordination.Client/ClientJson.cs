using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Client;

/// <summary>JSON of the public API as the client speaks it: camelCase, absent instead of null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IngestLine))]
[JsonSerializable(typeof(WireResult))]
[JsonSerializable(typeof(PlaceProfile))]
[JsonSerializable(typeof(PlaceView))]
[JsonSerializable(typeof(CommunityView))]
[JsonSerializable(typeof(PlacePage))]
[JsonSerializable(typeof(Movement))]
[JsonSerializable(typeof(Reading))]
[JsonSerializable(typeof(InputReply))]
[JsonSerializable(typeof(CommandReply))]
[JsonSerializable(typeof(CorrectionRequest))]
[JsonSerializable(typeof(CapacityChangeRequest))]
[JsonSerializable(typeof(OperationRequest))]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ClientJson : JsonSerializerContext;
