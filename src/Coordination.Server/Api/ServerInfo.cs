using Coordination.Domain.Access;
using Coordination.Server.Defence;
using Coordination.Server.Hosting;
using Coordination.Server.Identity;
using Orleans.Dashboard;

namespace Coordination.Server.Api;

/// <summary>What the server is, and the tools around it.</summary>
internal static class ServerInfo
{
    public static void MapServerInfo(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/server", (ServerOptions options, TimeProvider time) =>
            TypedResults.Ok(new ServerAnswer("Coordination", ProductVersion.Text, time.GetUtcNow(), options.IsSimulating)))
            .WithName("GetServer").Open().WithTags("Server").WithSummary("What the server is, and its clock.");

    /// <summary>The Orleans Dashboard at <c>/dashboard</c>.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        IEndpointConventionBuilder dashboard = app.MapOrleansDashboard(routePrefix: "/dashboard").WithMetadata(ContentPolicy.Dashboard).NeedsSomewhere(Permission.SeeOperations);
        dashboard.Add(endpoint =>
        {
            if (endpoint.RequestDelegate is { } next)
                endpoint.RequestDelegate = http => IsOfNoHost(http) ? Unknown(http) : next(http);
        });
    }

    /// <summary>The log is on the host; nobody reads it by HTTP.</summary>
    public static void QuietDashboard(DashboardOptions dashboard) => dashboard.HideTrace = true;

    /// <summary>The dashboard fails at the address of a host that is none.</summary>
    private static bool IsOfNoHost(HttpContext http) =>
        (http.GetRouteValue("address") ?? (http.Request.Path.StartsWithSegments("/dashboard/HistoricalStats") ? http.GetRouteValue("path") : null)) is string address
        && !SiloAddress.TryParse(address, null, out _);

    private static Task Unknown(HttpContext http) => Problems.Of(StatusCodes.Status404NotFound, ErrorCodes.NotFound, "There is no such host.").ExecuteAsync(http);
}
