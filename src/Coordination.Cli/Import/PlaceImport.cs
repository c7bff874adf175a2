using System.Net;
using System.Text.Json;
using Coordination.Client;

namespace Coordination.Cli.Import;

/// <summary>What became of a place of a seed file.</summary>
internal enum ImportStatus
{
    Created,
    Updated,
    Unchanged,
    Refused,
}

/// <summary>The outcome of one place.</summary>
/// <param name="Place">Its path.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Detail">Why it was refused.</param>
internal sealed record ImportOutcome(string Place, ImportStatus Status, string? Detail = null);

/// <summary>Puts a place and says what that changed.</summary>
internal static class PlaceImport
{
    public static async Task<ImportOutcome> PutAsync(CoordinationClient client, SeedPlace seed, CancellationToken cancellation)
    {
        try
        {
            var before = await client.GetProfileAsync(seed.Place, cancellation);
            var reply = await client.PutPlaceAsync(seed.Place, seed.Profile, cancellation);
            if (reply.Created || before is not { } old)
                return new ImportOutcome(seed.Place, ImportStatus.Created);
            // The server fills in defaults, so what it kept is compared with what it had, not with the file.
            var after = await client.GetProfileAsync(seed.Place, cancellation);
            return new ImportOutcome(seed.Place, after is { } now && JsonElement.DeepEquals(old, now) ? ImportStatus.Unchanged : ImportStatus.Updated);
        }
        catch (CoordinationException refusal) when (refusal.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict
            or HttpStatusCode.UnprocessableEntity)
        {
            return new ImportOutcome(seed.Place, ImportStatus.Refused, refusal.Message);
        }
    }
}
