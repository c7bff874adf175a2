using Coordination.Domain;
using Coordination.Domain.Access;

namespace Coordination.Server.Identity;

/// <summary>What an endpoint asks of its caller. An endpoint without one is closed to everybody.</summary>
/// <param name="Permission">What is done there; null when nothing has to be allowed.</param>
/// <param name="Kind">The kind of place that the route value <c>id</c> names; null when the endpoint itself asks where.</param>
/// <param name="NeedsSignIn">Whether the caller has to be somebody.</param>
internal sealed record AccessRequirement(Permission? Permission, PlaceKind? Kind, bool NeedsSignIn);

/// <summary>An endpoint that takes a ticket in its query, where a browser cannot send a header.</summary>
internal sealed record TakesTicket;

/// <summary>Says at each endpoint who may use it.</summary>
internal static class AccessConventions
{
    /// <summary>Everybody may use it.</summary>
    public static TBuilder Open<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRequirement(null, null, NeedsSignIn: false));

    /// <summary>Whoever is signed in may use it, for what is its own.</summary>
    public static TBuilder SignedIn<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRequirement(null, null, NeedsSignIn: true));

    /// <summary>Whoever has the permission at the place that the route names may use it.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Permission permission, PlaceKind kind)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRequirement(permission, kind, !IsPublic(permission)));

    /// <summary>
    /// Whoever has the permission at any place gets in; the endpoint asks <see cref="AccessGate"/> about each place it touches.
    /// </summary>
    public static TBuilder NeedsSomewhere<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRequirement(permission, null, !IsPublic(permission)));

    private static bool IsPublic(Permission permission) => AccessRules.RolesWith(permission).Contains(Role.Public);
}
