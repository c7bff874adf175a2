using System.Text.Json.Serialization;
using Coordination.Contracts.Identity;
using Coordination.Domain.Access;

namespace Coordination.Server.Devices;

/// <summary>A device or program that is to have a key.</summary>
/// <param name="Name">What people call it, 1 to 80 characters.</param>
/// <param name="Role">What it may do: of a device gate, ticketWindow, canteenClerk, cook or sensor; of a program any role that you may give.</param>
/// <param name="Scope">Where, such as <c>scenic-areas/the-bund</c>; <c>*</c> for everywhere.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewKeyHolderBody(
    [property: JsonRequired] string Name,
    [property: JsonRequired] Role Role,
    [property: JsonRequired] AccessScope Scope);

/// <summary>How a key is to be replaced.</summary>
/// <param name="GraceSeconds">How long the old key goes on beside the new one, 0 to 3600.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewKeyBody(int GraceSeconds = 0);

/// <summary>Why a device or program is revoked.</summary>
/// <param name="Reason">At most 200 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RevocationBody(string? Reason = null);

/// <summary>A device or program that has a key.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Scope">Where.</param>
/// <param name="IsActive">Whether it may be used.</param>
/// <param name="IssuedAt">When it was made.</param>
/// <param name="IssuedBy">Subject path of who made it.</param>
/// <param name="LastUsedAt">When its key was last used, to the minute; left out when never.</param>
/// <param name="KeyEnds">When its last key ends; left out while none has an end.</param>
public sealed record KeyHolderAnswer(
    string Id, string Name, Role Role, string Scope, bool IsActive, DateTimeOffset IssuedAt, string IssuedBy, DateTimeOffset? LastUsedAt, DateTimeOffset? KeyEnds)
{
    internal static KeyHolderAnswer Of(KeyHolderCard card) => new(
        card.Subject[(card.Subject.IndexOf('/', StringComparison.Ordinal) + 1)..],
        card.Name, card.Grant.Role, card.Grant.Scope.Text, card.IsActive, card.IssuedAt, card.IssuedBy, card.LastUsedAt, card.KeyEnds);
}

/// <summary>A new device or program, with its key.</summary>
/// <param name="Device">What was made.</param>
/// <param name="Key">Its key, for <c>Authorization: Bearer</c>. It is shown this once and kept nowhere.</param>
public sealed record IssuedKeyAnswer(KeyHolderAnswer Device, string Key);

/// <summary>A new key.</summary>
/// <param name="Key">It is shown this once and kept nowhere.</param>
public sealed record NewKeyAnswer(string Key);

/// <summary>A page of devices or programs.</summary>
/// <param name="Items">In a fixed order, not that of their names.</param>
/// <param name="Next">For <c>cursor</c>, when there are more.</param>
public sealed record KeyHolderPage(IReadOnlyList<KeyHolderAnswer> Items, string? Next);
