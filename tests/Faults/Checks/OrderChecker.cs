using System.Globalization;
using Coordination.Faults.Clients;

namespace Coordination.Faults.Checks;

/// <summary>
/// Holds the order of versions against real time: what was answered before something else was asked for has the lower version. As every
/// command and input of a place has one version, this is all that a linear order of them needs.
/// </summary>
internal static class OrderChecker
{
    public static void Compare(IReadOnlyDictionary<string, StoredPlace> found, IEnumerable<Acknowledgement> acknowledged, List<string> problems)
    {
        foreach (var ofPlace in acknowledged.GroupBy(told => told.Place))
        {
            if (!found.TryGetValue(ofPlace.Key, out var place))
                continue;
            var placed = ofPlace.Select(told => (Told: told, Version: VersionOf(place, told))).Where(told => told.Version > 0).ToArray();
            var byAnswer = placed.OrderBy(told => told.Told.Completed).ToArray();
            var (answered, highest) = (0, default((Acknowledgement? Told, long Version)));
            foreach (var asked in placed.OrderBy(told => told.Told.Invoked))
            {
                for (; answered < byAnswer.Length && byAnswer[answered].Told.Completed < asked.Told.Invoked; answered++)
                {
                    if (byAnswer[answered].Version > highest.Version)
                        highest = byAnswer[answered];
                }
                // An input that was sent twice is there once: its second answer comes after its version.
                if (highest.Version >= asked.Version && !IsRepeated(asked.Told))
                    problems.Add(string.Create(CultureInfo.InvariantCulture,
                        $"{asked.Told} was asked for after {highest.Told} was answered, and has version {asked.Version} before its {highest.Version}."));
            }
        }
    }

    private static bool IsRepeated(Acknowledgement told) => told.Version is null;

    private static long VersionOf(StoredPlace place, Acknowledgement told) => told.Input is { } input
        ? place.Inputs.TryGetValue((input.Device, input.Sequence), out var stored) ? stored.Version : 0
        : place.Commands.GetValueOrDefault(told.Key!);
}
