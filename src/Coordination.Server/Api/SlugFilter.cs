using Coordination.Domain;

namespace Coordination.Server.Api;

/// <summary>An id that is no slug is malformed, before any grain hears of it.</summary>
internal sealed class SlugFilter : IEndpointFilter
{
    public static SlugFilter Instance { get; } = new();

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        PlaceId.IsSlug(context.HttpContext.GetRouteValue("id") as string)
            ? next(context)
            : ValueTask.FromResult<object?>(Problems.Malformed("id", $"Lower-case letters, digits and single inner hyphens, at most {PlaceId.MaxSlugLength} characters."));
}
