using Microsoft.AspNetCore.Http;

namespace Coordination.Live.Hosting;

/// <summary>Errors of the live feed as problem details with a stable code.</summary>
internal static class Problems
{
    public static IResult Of(int status, string code, string detail, string? field = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        if (field is not null)
            extensions["field"] = field;
        return Results.Problem(detail, statusCode: status, extensions: extensions);
    }
}
