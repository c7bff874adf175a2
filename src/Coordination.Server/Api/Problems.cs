using System.Text.Json;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Ledger;
using Coordination.Server.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Coordination.Server.Api;

/// <summary>Errors as RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static class Problems
{
    /// <summary>A name of a megabyte is not sent back.</summary>
    private const int MaxField = 120;

    public static ProblemHttpResult Of(int status, string code, string detail, string? field = null)
    {
        var problem = new ProblemDetails { Status = status, Title = TitleOf(status), Detail = detail };
        problem.Extensions["code"] = code;
        if (field is not null)
            problem.Extensions["field"] = field.Length <= MaxField ? field : field[..MaxField];
        ServerMetrics.Problem(status, code);
        return TypedResults.Problem(problem);
    }

    public static IResult Of(Rejection rejection) => Of(StatusOf(rejection.Kind), rejection.Code, rejection.Detail, rejection.Field);

    public static IResult Malformed(string field, string detail) => Of(StatusCodes.Status400BadRequest, ErrorCodes.Malformed, detail, field);

    public static IResult Missing(PlaceId place) => Of(Rejection.NotFound(place));

    /// <summary>The problem of a command that was not done; null when it was.</summary>
    public static IResult? Of(CommandResult result, HttpContext http) => result switch
    {
        { Rejection: { } rejection } => Of(rejection),
        { Status: CommandStatus.KeyReused } => Of(StatusCodes.Status422UnprocessableEntity, ErrorCodes.IdempotencyKeyReused, "This Idempotency-Key was used with another body.", "Idempotency-Key"),
        { Status: CommandStatus.Overloaded } => Overloaded(http),
        { Status: CommandStatus.Unavailable } => StoreUnavailable(http),
        _ => null,
    };

    public static IResult StoreUnavailable(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return Of(StatusCodes.Status503ServiceUnavailable, ErrorCodes.StoreUnavailable, "The store cannot be written now. Whether this was kept is not known: send it again with the same id.");
    }

    public static IResult Overloaded(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return Of(StatusCodes.Status503ServiceUnavailable, ErrorCodes.Overloaded, "Too many commands wait for this place. Nothing was changed; try again.");
    }

    private static int StatusOf(RejectionKind kind) => kind switch
    {
        RejectionKind.Malformed => StatusCodes.Status400BadRequest,
        RejectionKind.NotFound => StatusCodes.Status404NotFound,
        RejectionKind.Conflict => StatusCodes.Status409Conflict,
        RejectionKind.VersionMismatch => StatusCodes.Status412PreconditionFailed,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    internal static string TitleOf(int status) => status switch
    {
        400 => "The request is malformed.",
        401 => "Who are you?",
        403 => "Not allowed.",
        404 => "Not found.",
        405 => "The path does not take this method.",
        408 => "The request came too slowly.",
        409 => "The state says no.",
        412 => "Another version was expected.",
        413 => "Too large.",
        415 => "Unsupported media type.",
        422 => "The rules say no.",
        429 => "Too many requests.",
        503 => "Not available now.",
        _ => "The request failed.",
    };

    /// <summary>Bodies that cannot be read come to the handler below, which says what is wrong with them.</summary>
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<ExceptionHandlerOptions>(handler =>
        {
            // Asked after the answer is on its way: it must not touch the answer's headers any more.
            handler.SuppressDiagnosticsCallback = context => IsMeant(context.Exception);
            handler.ExceptionHandler = http =>
            {
                var failure = http.Features.Get<IExceptionHandlerFeature>()?.Error;
                var problem = failure is null ? null : Meaning(http, failure);
                return (problem ?? Of(500, ErrorCodes.Internal, "The server failed; the operator is told.")).ExecuteAsync(http);
            };
        });
    }

    /// <summary>Whether an exception tells the client something, and is no fault of ours.</summary>
    private static bool IsMeant(Exception failure) =>
        failure is BadHttpRequestException or StoreUnavailableException or InvalidDataException or TimeoutException or OrleansException
            or OperationCanceledException || IsOfTransport(failure);

    /// <summary>Kestrel says so of a body that ends in what is no HTTP, such as a trailer with a null character.</summary>
    private static bool IsOfTransport(Exception failure) => failure is InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" };

    /// <summary>What an exception means to the client; null when it is a fault of ours.</summary>
    private static IResult? Meaning(HttpContext http, Exception failure) => failure switch
    {
        BadHttpRequestException { StatusCode: 413 } => Of(413, ErrorCodes.TooLarge, "The body is larger than this endpoint takes."),
        BadHttpRequestException { InnerException: JsonException json } => Malformed(FieldOf(json), "The JSON does not have the form that is documented."),
        BadHttpRequestException { StatusCode: 415 } => Of(415, ErrorCodes.UnsupportedMediaType, "The body is application/json."),
        BadHttpRequestException { StatusCode: 408 } => Of(408, ErrorCodes.RequestTimeout, "The body came too slowly."),
        BadHttpRequestException bad => Of(bad.StatusCode, ErrorCodes.Malformed, "The request does not have the form that is documented."),
        StoreUnavailableException => StoreUnavailable(http),
        InvalidDataException => Of(503, ErrorCodes.StoreDamaged, "This place cannot be read from the store; the operator is told."),
        // Cancelled: by a client that is gone and hears nothing, or by Orleans while it looks for a place whose host is lost.
        TimeoutException or OrleansException or OperationCanceledException => Busy(http),
        _ when IsOfTransport(failure) => Of(400, ErrorCodes.Malformed, "The request is no HTTP."),
        _ => null,
    };

    private static string FieldOf(JsonException json) => json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseProblemPages();
    }

    /// <summary>An answer that is nothing but a status becomes a problem.</summary>
    public static void UseProblemPages(this IApplicationBuilder app) =>
        app.UseStatusCodePages(async context =>
        {
            var http = context.HttpContext;
            var code = http.Response.StatusCode switch
            {
                401 => ErrorCodes.NotSignedIn,
                403 => ErrorCodes.Forbidden,
                404 => ErrorCodes.NotFound,
                405 => ErrorCodes.MethodNotAllowed,
                408 => ErrorCodes.RequestTimeout,
                413 => ErrorCodes.TooLarge,
                415 => ErrorCodes.UnsupportedMediaType,
                _ => ErrorCodes.Malformed,
            };
            await Of(http.Response.StatusCode, code, TitleOf(http.Response.StatusCode)).ExecuteAsync(http);
        });

    private static IResult Busy(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return Of(503, ErrorCodes.Unavailable, "The place did not answer in time. Whether this was kept is not known: send it again with the same id.");
    }
}
