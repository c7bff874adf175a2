using Coordination.Server.Identity;

namespace Coordination.Server.Hosting;

/// <summary>The web pages: one built application for all of them, under the paths people know.</summary>
internal static class Pages
{
    private static readonly string[] Paths =
    [
        "/", "/screens/scenic-areas/{id}", "/screens/parking-lots/{id}", "/communities/{id}",
        "/sign-in", "/register", "/new-password", "/account", "/account/{part}", "/people", "/people/{id}", "/devices", "/programs", "/audit", "/privacy", "/demo",
    ];

    /// <summary>Static files, cached for good where their name carries their hash.</summary>
    public static void UsePages(this WebApplication app) =>
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = served => served.Context.Response.Headers.CacheControl =
                served.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache",
        });

    public static void MapPages(this WebApplication app)
    {
        foreach (var path in Paths)
        {
            app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (HttpContext http, IWebHostEnvironment environment) =>
            {
                var page = environment.WebRootFileProvider.GetFileInfo("index.html");
                if (!page.Exists)
                    return Api.Problems.Of(StatusCodes.Status404NotFound, Api.ErrorCodes.PagesNotBuilt, "The web pages are not built; run npm ci and npm run build in src/web.");
                http.Response.Headers.CacheControl = "no-cache";
                return (IResult)TypedResults.Stream(page.CreateReadStream(), "text/html; charset=utf-8");
            }).Open().ExcludeFromDescription();
        }
    }
}
