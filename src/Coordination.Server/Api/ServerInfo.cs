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
    public static void MapDashboard(this IEndpointRouteBuilder app) =>
        app.MapOrleansDashboard(routePrefix: "/dashboard").WithMetadata(ContentPolicy.Dashboard).NeedsSomewhere(Permission.SeeOperations);
}
