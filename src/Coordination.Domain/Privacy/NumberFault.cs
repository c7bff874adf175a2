namespace Coordination.Domain.Privacy;

/// <summary>Why a text is no identity number, phone number or plate.</summary>
/// <param name="Code">Stable, kebab case.</param>
/// <param name="Detail">One sentence for people, which never repeats what was given.</param>
public sealed record NumberFault(string Code, string Detail)
{
    /// <summary>As the "no" of a rule, with the field at fault.</summary>
    public Rejection ToRejection(string? field = null) => new(RejectionKind.Refused, Code, Detail, field);
}
