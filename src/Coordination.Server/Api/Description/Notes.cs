using Coordination.Domain;
using static Coordination.Server.Api.ErrorCodes;

namespace Coordination.Server.Api.Description;

/// <summary>The notes on every operation, by operation id.</summary>
internal static class Notes
{
    private static readonly Dictionary<string, Note> ByOperation = new()
    {
        ["GetServer"] = new("Its clock lets a client show ages by the server's time, whatever its own clock says.")
        {
            AsksPlaces = false,
            Answers = new Dictionary<int, string> { [200] = Examples.Server },
        },
        ["Ingest"] = new(
            "The body is NDJSON, each line an input for any place; the answer is NDJSON, one result per line in the order of the lines. Both are "
            + "streams: a result comes as soon as its line is durable, while the request may still go on, for as long as it likes. A bad line gets a "
            + "result like any other and spoils no good one.\n\n"
            + "A line has at most 16 KiB (`line-too-long`); there is no limit on lines. Blank lines are passed over and count as lines; CRLF, a byte order mark and "
            + "a missing last line break are fine. Inputs are idempotent by place, `deviceId` and `sequence`: what got no result, or `unavailable` or `overloaded`, is "
            + "sent again as it was. Read results while sending, or the connection stalls.")
        {
            Request = Examples.IngestLines,
            Answers = new Dictionary<int, string> { [200] = Examples.IngestResults },
            Codes = [OriginNotAllowed, UnsupportedMediaType],
            AsksPlaces = false,
        },
        ["GetAudit"] = new(
            "With `place`, the events of that place (or account, device, program), newest first. Without, those of all places that the caller may audit, place by place in the "
            + "order of their paths, newest first in each. One answer is the outcome of a bounded amount of work: as long as there is a `next`, there may be more, also when "
            + "nothing was found yet. The first step of a search is recorded in the account of who searches, as `auditSearched`. Residents are named by a masked name.")
        {
            Answers = new Dictionary<int, string> { [200] = Examples.Audit },
            Codes = [Malformed],
            Parameters = new Dictionary<string, Parameter>
            {
                ["place"] = new("place", "Path of a place, an account, a device or a program.", "parking-lots/jingtie-north"),
                ["who"] = new("who", "Subject path of who gave the command; `system` for what the server does by itself.", "devices/0193a5d0-7c3b-7e1f-9a55-0f3b2c1d4e5f"),
                ["for"] = new("for", "Subject path of the account on whose behalf.", "accounts/0193a5d0-7c3b-7e1f-9a55-0f3b2c1d4e5f"),
                ["at"] = new("at", "Path of the terminal: a device, or the session of a browser.", "devices/0193a5d0-7c3b-7e1f-9a55-0f3b2c1d4e5f"),
                ["type"] = new("type", "Kind of event.", "countCorrected"),
                ["without"] = new("without", "Kinds of events that are passed over, with commas between.", "movementRecorded,readingRecorded"),
                ["from"] = new("from", "Recorded then or later.", "2026-05-01T00:00:00Z"),
                ["to"] = new("to", "Recorded before then.", "2026-05-02T00:00:00Z"),
                ["cursor"] = new("cursor", "What the answer before gave as `next`; with the same filters.", "MTIgcGFya2luZy1sb3RzL2ppbmd0aWUtbm9ydGg"),
                ["limit"] = new("limit", "1 to 200.", "50"),
            },
        },
        ["PostLiveTicket"] = new(
            "For a connection that cannot send a header: a browser's web socket or event stream to another origin. Put it into the query, `/live?ticket=…` or "
            + "`/api/live?topic=…&ticket=…`. It opens one connection as who asked for it, within 30 s, and is worth nothing afterwards.")
        {
            Answers = new Dictionary<int, string> { [200] = Examples.LiveTicket },
        },
        ["watchLive"] = new(
            "Server-Sent Events: event `changed` with data `{topic, epoch, version, view}`. Each topic comes once at the start, with view null when "
            + "there is no such place yet, and then whenever it changes: whole, at most once in 100 ms, the newest. Keep the highest (epoch, version) per topic and drop the rest. "
            + "A comment comes every 15 s. Event `status` with data `{unconfirmedSince}`: since when this host cannot reach the store, so that its figures may not be the "
            + "newest; null when they are confirmed again; a stream that says nothing before its first view confirms them. Event `goodbye` with data `{reconnectAfterMs}`: the "
            + "host is being shut down; connect again after so many milliseconds. A topic is the path of a place, such as `parking-lots/jingtie-north`; at most 100 in one stream.")
        {
            Answers = new Dictionary<int, string> { [200] = Examples.Events },
            Codes = [Malformed, TopicUnknown, TooManyTopics, TicketInvalid, Forbidden, OriginNotAllowed, TooManyConnections, Draining],
            AsksPlaces = false,
            Parameters = new Dictionary<string, Parameter> { ["topic"] = new("topic", "A topic to watch; may be repeated.", "parking-lots/jingtie-north") },
        },
    };

    static Notes()
    {
        foreach (var (operation, note) in AccountNotes.All)
            ByOperation.Add(operation, note);
        Add(PlaceKind.Community, Examples.Community, Examples.CommunityProfile, Examples.CommunityView, Examples.Communities);
        Add(PlaceKind.ParkingLot, Examples.ParkingLot, Examples.ParkingLotProfile, Examples.ParkingLotView, Examples.ParkingLots);
        Add(PlaceKind.ScenicArea, Examples.ScenicArea, Examples.ScenicAreaProfile, Examples.ScenicAreaView, Examples.ScenicAreas);
        AddCounted("ParkingLot", Examples.ParkingLot, null, 1600);
        AddCounted("ScenicArea", Examples.ScenicArea, "lake", 6400);
    }

    /// <summary>The note on an operation; null when nobody has written one.</summary>
    public static Note? Of(string? operationId) => operationId is null ? null : ByOperation.GetValueOrDefault(operationId);

    private static void Add(PlaceKind kind, string id, string profile, string view, string list)
    {
        var isCommunity = kind == PlaceKind.Community;
        ByOperation[$"List{kind}"] = new("In the order of their names. Every filter that is set must fit; one that is empty is none.")
        {
            Answers = new Dictionary<int, string> { [200] = list },
            Codes = [Malformed],
            Parameters = new Dictionary<string, Parameter>
            {
                ["query"] = new("query", "Part of the name, English name or id, whatever the case; at most 80 characters.", "京铁"),
                ["city"] = new("city", "City, whole.", "北京"),
                ["district"] = new("district", "District 区, whole.", "丰台区"),
                ["street"] = new("street", "Street 街道, whole.", "六里桥街道"),
                ["community"] = new("community", "Id of the community the place says it belongs to.", Examples.Community),
                ["state"] = new("state", "`unknown`, `open`, `closed` or `stale`.", "open"),
                ["level"] = new("level", "`comfortable`, `busy`, `warning`, `critical` or `full`.", "warning"),
                ["page"] = new("page", "From 1.", "1"),
                ["pageSize"] = new("pageSize", "1 to 200.", "50"),
            },
        };
        ByOperation[$"Get{kind}"] = new(isCommunity
            ? "Only open places with a fresh figure and a known capacity are added up: unknown is not zero."
            : "The last committed view. What is unknown is left out; unknown is not zero.")
        {
            Answers = new Dictionary<int, string> { [200] = view },
            Codes = [Malformed, PlaceNotFound],
            Parameters = Id(id),
            HasETag = true,
        };
        ByOperation[$"Get{kind}Profile"] = new("What `PUT` takes, with the changes of capacity and rules that have come into effect since.")
        {
            Answers = new Dictionary<int, string> { [200] = profile },
            Codes = [Malformed, PlaceNotFound],
            Parameters = Id(id),
        };
        ByOperation[$"Put{kind}"] = new("The whole profile: what it leaves out is taken away. Counts and history stay. 201 when it is new.")
        {
            Request = profile,
            Answers = new Dictionary<int, string> { [200] = view, [201] = view },
            Codes = isCommunity ? [PlaceExists, IdempotencyKeyReused, Overloaded] : [PlaceNotFound, PlaceExists, KindDiffers, VersionMismatch, IdempotencyKeyReused, Overloaded],
            TakesJson = true,
            Parameters = Id(id),
            Headers = isCommunity ? [Headers.IdempotencyKey, Headers.IfNoneMatch] : [Headers.IdempotencyKey, Headers.IfMatch, Headers.IfNoneMatch],
            HasETag = true,
        };
    }

    private static void AddCounted(string name, string id, string? zone, int newCapacity)
    {
        var inZone = zone is null ? "" : $", \"zone\": \"{zone}\"";
        Input("Movement", "One movement, `direction` in or out. A count that is unknown stays unknown; it never goes below zero.",
            $$"""{ "deviceId": "gate-north", "sequence": 1041, "at": "2026-05-01T07:59:40+08:00", "direction": "in", "count": 2{{inZone}} }""", []);
        Input("Reading", "Sets the count and records the drift it corrects. Older than the device's last reading, it is `late`: kept in the history only. "
            + "More than the capacity is real: kept, and shown as over capacity.",
            $$"""{ "deviceId": "gate-north", "sequence": 1042, "at": "2026-05-01T08:00:00+08:00", "occupied": 652{{inZone}} }""", [NegativeCount, FreeAboveCapacity]);
        Command($"Post{name}Correction", "The place keeps who and why.",
            $$"""{ "occupied": 640, "by": "值班员 王", "reason": "人工清点"{{inZone}} }""", [ZoneRequired, ZoneUnknown, NegativeCount]);
        Command($"Post{name}CapacityChange", "At its instant, also when the server was down in between. At most 64 changes wait.",
            $$"""{ "capacity": {{newCapacity}}, "effectiveAt": "2026-06-01T00:00:00+08:00"{{inZone}} }""", [ZoneRequired, ZoneUnknown, TimeInFuture, TooManyScheduled]);
        Command($"Post{name}RulesChange", "The rules as a whole: what is left out is the default.",
            """{ "rules": { "levels": { "busy": 50, "warning": 70, "critical": 85, "full": 100, "hysteresis": 3 }, "staleAfterMinutes": 45 }, "effectiveAt": "2026-06-01T00:00:00+08:00" }""",
            [TimeInFuture, TooManyScheduled]);
        Command($"Put{name}Operation", "By hand is stronger than the schedule, until it is `automatic` again.",
            """{ "operation": "closed", "by": "值班员 王", "reason": "积水" }""", []);
        Read("Devices", "Of the devices that the place knows. Refused input is kept at most once a minute.", Examples.Devices, new Dictionary<string, Parameter>());
        Read("History", "The last, lowest and highest figure of each stretch. Stretches without a figure are left out.", Examples.History, new Dictionary<string, Parameter>
        {
            ["resolution"] = new("resolution", "`minute` (kept 48 hours) or `hour` (kept 400 days).", "minute"),
            ["from"] = new("from", "From this instant on; 48 hours (minute) or 31 days (hour) before `to` when left out. Write `+` as `%2B`.", "2026-05-01T00:00:00Z"),
            ["to"] = new("to", "Before this instant; now when left out.", "2026-05-01T09:00:00Z"),
        });
        Read("Trend", "The usual figure of an hour is the mean of the same hour of the same weekday, up to eight weeks back.", Examples.Trend, new Dictionary<string, Parameter>());

        void Input(string what, string description, string request, string[] codes) => ByOperation[$"Post{name}{what}"] = new(
            description + " Idempotent by `deviceId` and `sequence`: the same one again is a `duplicate`, and `first` says how it ended.")
        {
            Request = request,
            Answers = new Dictionary<int, string> { [200] = Examples.InputAnswer },
            Codes = [PlaceNotFound, .. codes, ZoneRequired, ZoneUnknown, TimeOutOfRange, TimeInFuture, SequenceTooOld, TooManyDevices, Overloaded],
            TakesJson = true,
            Parameters = Id(id),
        };

        void Command(string operation, string description, string request, string[] codes) => ByOperation[operation] = new(description)
        {
            Request = request,
            Answers = new Dictionary<int, string> { [200] = Examples.CommandAnswer },
            Codes = [PlaceNotFound, IdempotencyKeyReused, .. codes, Overloaded],
            TakesJson = true,
            Parameters = Id(id),
            Headers = [Headers.IdempotencyKey],
        };

        void Read(string what, string description, string answer, Dictionary<string, Parameter> parameters) => ByOperation[$"Get{name}{what}"] = new(description)
        {
            Answers = new Dictionary<int, string> { [200] = answer },
            Codes = [Malformed, PlaceNotFound],
            Parameters = new Dictionary<string, Parameter>(parameters) { ["id"] = Id(id)["id"] },
        };
    }

    private static Dictionary<string, Parameter> Id(string id) =>
        new() { ["id"] = new("id", "Slug: lower-case letters, digits and single inner hyphens, at most 100 characters.", id) };
}
