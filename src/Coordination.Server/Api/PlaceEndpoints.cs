using System.Text.Json;
using Coordination.Contracts;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Access;
using Coordination.Domain.Occupancy;
using Coordination.Domain.ParkingLots;
using Coordination.Domain.ScenicAreas;
using Coordination.Server.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Coordination.Server.Api;

/// <summary>The endpoints that every kind of counted place has, under its own path.</summary>
internal static class PlaceEndpoints
{
    public static void MapParkingLots(this IEndpointRouteBuilder app) =>
        app.MapCounted<ParkingLotProfile>(PlaceKind.ParkingLot, "Parking lots");

    public static void MapScenicAreas(this IEndpointRouteBuilder app) =>
        app.MapCounted<ScenicAreaProfile>(PlaceKind.ScenicArea, "Scenic areas");

    private static void MapCounted<TProfile>(this IEndpointRouteBuilder app, PlaceKind kind, string tag)
        where TProfile : PlaceProfile
    {
        var name = kind.ToString();
        var group = app.MapGroup($"/api/{PlaceId.PathOf(kind)}").WithTags(tag);
        group.MapList(kind);
        var place = group.MapGroup("/{id}").AddEndpointFilter(SlugFilter.Instance);

        place.MapGet("", async (string id, HttpContext http, IGrainFactory grains) =>
            await grains.OccupancyGrain(new PlaceId(kind, id)).GetView() is { } view ? View(http, view, StatusCodes.Status200OK) : Problems.Missing(new(kind, id)))
            .WithName($"Get{name}").Needs(Permission.SeePlace, kind).WithSummary("The place as it is now.").Produces<OccupancyView>().ProducesProblem(404).ProducesProblem(503);

        place.MapGet("/profile", async (string id, IGrainFactory grains) =>
            await grains.OccupancyGrain(new PlaceId(kind, id)).GetProfile() is TProfile profile ? TypedResults.Ok(profile) : Problems.Missing(new(kind, id)))
            .WithName($"Get{name}Profile").Needs(Permission.SeePlace, kind).WithSummary("What is said about the place, as it was put.").Produces<TProfile>().ProducesProblem(404).ProducesProblem(503);

        place.MapPut("", async (string id, TProfile profile, HttpContext http, IGrainFactory grains, AccessGate gate, PlaceLocations locations, IOptions<HttpJson> json) =>
        {
            if (!ExpectedVersion.TryRead(http, out var expected))
                return ExpectedVersion.Invalid();
            if (!IdempotencyKey.TryRead(http, profile, json.Value.SerializerOptions, out var key))
                return IdempotencyKey.Invalid();
            // Before the place is asked: one that does not exist yet would say just that.
            if (profile.Validate() is { } invalid)
                return Problems.Of(invalid);
            if (await gate.RefuseToDefineAsync(http, Permission.DefinePlace, new PlaceId(kind, id), await locations.OfAsync(new PlaceId(kind, id), profile)) is { } refusal)
                return refusal;
            var grain = grains.OccupancyGrain(new PlaceId(kind, id));
            var result = await grain.Execute(new DefinePlace(profile, expected), key);
            if (Problems.Of(result, http) is { } problem)
                return problem;
            return View(http, (await grain.GetView())!, result.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }).WithName($"Put{name}").NeedsSomewhere(Permission.DefinePlace).WithSummary("Creates the place or replaces what is said about it.").Produces<OccupancyView>().Produces<OccupancyView>(201)
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(503);

        place.MapPost("/movements", (string id, MovementBody body, HttpContext http, IGrainFactory grains) =>
            RecordAsync(new PlaceId(kind, id), body.ToInput(), http, grains))
            .WithName($"Post{name}Movement").Needs(Permission.RecordInput, kind).WithSummary("Some went in or out. Idempotent by deviceId and sequence.").Input();

        place.MapPost("/readings", (string id, ReadingBody body, HttpContext http, IGrainFactory grains) =>
            RecordAsync(new PlaceId(kind, id), body.ToInput(), http, grains))
            .WithName($"Post{name}Reading").Needs(Permission.RecordInput, kind).WithSummary("An absolute count came in. Idempotent by deviceId and sequence.").Input();

        place.MapPost("/corrections", (string id, CorrectionBody body, HttpContext http, IGrainFactory grains, IOptions<HttpJson> json) =>
            ExecuteAsync(new PlaceId(kind, id), body, new CorrectCount(body.Zone, body.Occupied, body.By, body.Reason), http, grains, json))
            .WithName($"Post{name}Correction").Needs(Permission.CorrectCount, kind).WithSummary("Sets the count by hand, saying who and why.").Command();

        place.MapPost("/capacity-changes", (string id, CapacityChangeBody body, HttpContext http, IGrainFactory grains, IOptions<HttpJson> json) =>
            ExecuteAsync(new PlaceId(kind, id), body, new ChangeCapacity(body.Zone, body.Capacity, body.EffectiveAt), http, grains, json))
            .WithName($"Post{name}CapacityChange").Needs(Permission.ChangeCapacity, kind).WithSummary("Another capacity, now or from an instant on.").Command();

        place.MapPost("/rules-changes", (string id, RulesChangeBody body, HttpContext http, IGrainFactory grains, IOptions<HttpJson> json) =>
            ExecuteAsync(new PlaceId(kind, id), body, new ChangeRules(body.Rules, body.EffectiveAt), http, grains, json))
            .WithName($"Post{name}RulesChange").Needs(Permission.ChangeCapacity, kind).WithSummary("Other thresholds or another staleness limit, now or from an instant on.").Command();

        place.MapPut("/operation", (string id, OperationBody body, HttpContext http, IGrainFactory grains, IOptions<HttpJson> json) =>
            ExecuteAsync(new PlaceId(kind, id), body, new SetOperation(body.Operation, body.By, body.Reason), http, grains, json))
            .WithName($"Put{name}Operation").Needs(Permission.SetOperation, kind).WithSummary("Opens or closes by hand, or hands back to the schedule.").Command();

        place.MapGet("/devices", async (string id, IGrainFactory grains) =>
        {
            var grain = grains.OccupancyGrain(new PlaceId(kind, id));
            return await grain.GetView() is null ? Problems.Missing(new(kind, id)) : TypedResults.Ok(await grain.GetDevices());
        }).WithName($"Get{name}Devices").Needs(Permission.SeeDevices, kind).WithSummary("Health of the devices that sent input: last seen, drift, refused input.").Produces<DeviceHealth[]>().ProducesProblem(404).ProducesProblem(503);

        place.MapGet("/history", async (string id, HttpContext http, IGrainFactory grains, TimeProvider time, string resolution = "minute", string? from = null, string? to = null) =>
        {
            if (!ListEndpoint.TryWord<HistoryResolution>(resolution, out var word))
                return Problems.Malformed("resolution", "minute or hour.");
            var width = word ?? HistoryResolution.Minute;
            if (!TryInstant(to, time.GetUtcNow() + TimeSpan.FromMinutes(15), out var until))
                return Problems.Malformed("to", "An instant in ISO 8601 with its offset.");
            if (!TryInstant(from, Before(until, width), out var since) || since > until)
                return Problems.Malformed("from", "An instant in ISO 8601 with its offset, not after to.");
            var grain = grains.OccupancyGrain(new PlaceId(kind, id));
            return await grain.GetView() is null ? Problems.Missing(new(kind, id)) : TypedResults.Ok(new HistoryAnswer(width, await grain.GetHistory(width, since, until)));
        }).WithName($"Get{name}History").Needs(Permission.SeePlace, kind).WithSummary("Figures by minute (48 hours) or by hour (400 days).").Produces<HistoryAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

        place.MapGet("/trend", async (string id, IGrainFactory grains) =>
            await grains.OccupancyGrain(new PlaceId(kind, id)).GetTrend() is { } trend ? TypedResults.Ok(trend) : Problems.Missing(new(kind, id)))
            .WithName($"Get{name}Trend").Needs(Permission.SeePlace, kind).WithSummary("Today against the usual for this weekday.").Produces<Trend>().ProducesProblem(404).ProducesProblem(503);
    }

    private static bool TryInstant(string? text, DateTimeOffset otherwise, out DateTimeOffset instant)
    {
        instant = otherwise;
        return string.IsNullOrEmpty(text) || RequestJson.TryInstant(text, out instant);
    }

    private static DateTimeOffset Before(DateTimeOffset until, HistoryResolution width)
    {
        var span = width == HistoryResolution.Minute ? TimeSpan.FromHours(48) : TimeSpan.FromDays(31);
        return until - DateTimeOffset.MinValue > span ? until - span : DateTimeOffset.MinValue;
    }

    private static JsonHttpResult<OccupancyView> View(HttpContext http, OccupancyView view, int status)
    {
        http.Response.Headers.ETag = $"\"{view.Epoch}.{view.Version}\"";
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Json(view, statusCode: status);
    }

    private static async Task<IResult> RecordAsync(PlaceId place, OccupancyInput input, HttpContext http, IGrainFactory grains)
    {
        var receipt = await grains.OccupancyGrain(place).Record([input]);
        if (receipt.Unavailable)
            return Problems.StoreUnavailable(http);
        if (receipt.Outcomes is not [var outcome])
            return Problems.Overloaded(http);
        return outcome.Rejection is { } rejection
            ? Problems.Of(rejection)
            : TypedResults.Ok(new InputAnswer(outcome.Status, outcome.Version, outcome.OverCapacity, outcome.First));
    }

    private static async Task<IResult> ExecuteAsync<TBody>(
        PlaceId place, TBody body, OccupancyCommand command, HttpContext http, IGrainFactory grains, IOptions<HttpJson> json)
    {
        if (!IdempotencyKey.TryRead(http, body, json.Value.SerializerOptions, out var key))
            return IdempotencyKey.Invalid();
        var result = await grains.OccupancyGrain(place).Execute(command, key);
        return Problems.Of(result, http) ?? TypedResults.Ok(Answer(result));
    }

    internal static CommandAnswer Answer(CommandResult result) =>
        new(JsonNamingPolicy.CamelCase.ConvertName(result.Status.ToString()), result.Version);

    private static void Input(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<InputAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);

    private static void Command(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<CommandAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
}
