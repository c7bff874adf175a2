using Coordination.Contracts.Identity;
using Coordination.Domain.Access;
using Coordination.Server.Identity;

namespace Coordination.Server.Accounts;

/// <summary>How somebody is called.</summary>
/// <param name="Role">The first role that is more than living here, or the role of the key; null for a resident.</param>
/// <param name="Name">As it is, of who works for the public and of devices and programs; masked, of a resident.</param>
public sealed record SubjectName(Role? Role, string Name);

/// <summary>Finds what subjects are called, as whoever meets them in a record may know it.</summary>
internal sealed class SubjectNames(IGrainFactory grains)
{
    /// <summary>Subjects whose names one answer tells, at most.</summary>
    private const int Most = 200;

    /// <summary>What a subject is called; null when there is none, or no more.</summary>
    public async Task<SubjectName?> OfAsync(string subject)
    {
        if (SubjectPath.IsAccount(subject))
        {
            if (await grains.GetGrain<IAccountGrain>(SignIns.IdOf(subject)).GetCard() is not { } card)
                return null;
            var role = card.Grants.FirstOrDefault(grant => grant.Role is not Role.Resident)?.Role;
            return new SubjectName(role, role is null ? AccountAnswer.Mask(card.DisplayName) : card.DisplayName);
        }
        return SubjectPath.IsAny(subject) && await grains.GetGrain<IKeyHolderGrain>(subject).GetCard() is { } holder ? new SubjectName(holder.Grant.Role, holder.Name) : null;
    }

    /// <summary>The names of those that have one; paths of places and the like are passed over.</summary>
    public async Task<IReadOnlyDictionary<string, SubjectName>> OfAsync(IEnumerable<string?> subjects)
    {
        var wanted = subjects.OfType<string>().Where(SubjectPath.IsAny).Distinct(StringComparer.Ordinal).Take(Most);
        var found = await Task.WhenAll(wanted.Select(async subject => (Subject: subject, Name: await OfAsync(subject))));
        return found.Where(one => one.Name is not null).ToDictionary(one => one.Subject, one => one.Name!, StringComparer.Ordinal);
    }
}
