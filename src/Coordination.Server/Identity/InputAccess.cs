using System.Collections.Concurrent;
using Coordination.Domain;
using Coordination.Domain.Access;

namespace Coordination.Server.Identity;

/// <summary>
/// Whether one sender may send inputs, place by place. What was found out about a place holds for a while, so that a stream of a million
/// lines asks once; a sender that is let in no more is cut off by <see cref="SubjectBook.WatchFor"/>.
/// </summary>
internal sealed class InputAccess(AccessGate gate, Caller caller, TimeProvider time)
{
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(10);

    /// <summary>Places remembered for one sender; beyond them each is asked about again.</summary>
    private const int MaxPlaces = 100_000;

    private readonly ConcurrentDictionary<PlaceId, (bool May, long At)> known = new();

    public Caller Caller => caller;

    public static Rejection Refusal { get; } =
        new(RejectionKind.Refused, Api.ErrorCodes.Forbidden, "You may not send inputs for this place: it needs the permission RecordInput.");

    public ValueTask<bool> MayAsync(PlaceId place) =>
        known.TryGetValue(place, out var found) && time.GetElapsedTime(found.At) < Holds ? ValueTask.FromResult(found.May) : AskAsync(place);

    private async ValueTask<bool> AskAsync(PlaceId place)
    {
        var may = await gate.MayAsync(caller, Permission.RecordInput, place);
        if (known.Count >= MaxPlaces)
            known.Clear();
        known[place] = (may, time.GetTimestamp());
        return may;
    }
}
