namespace Coordination.Server.Api.Description;

/// <summary>The headers that operations take.</summary>
internal static class Headers
{
    public static Parameter IdempotencyKey { get; } = new(
        Api.IdempotencyKey.Header,
        "Makes the command safe to repeat: 1 to 128 visible ASCII characters, such as a UUID, chosen by the caller. The same key with the same "
            + "body answers as the first time and changes nothing (`status` is `replayed`); with another body it is refused with `idempotency-key-reused`. "
            + "A place remembers the keys of its latest commands.",
        "0198a3f2-5a0e-7c1d-9b53-2f6f0e4a7d11");

    public static Parameter IfMatch { get; } = new(
        "If-Match",
        "Only if the place is at this version: the `ETag` of a view, `\"epoch.version\"`, or `\"version\"`. Otherwise 412 `version-mismatch`.",
        "\"3.42\"");

    public static Parameter OnBehalfOf { get; } = new(
        Identity.AccessGuard.OnBehalfOf,
        "代办: `accounts/{id}` of a person who has consented to your acting for her. Without her consent 403 `not-a-delegate`.",
        "accounts/01980f2e-4c1b-7d3a-9e55-0c6b8a1f2d34");

    public static Parameter IfNoneMatch { get; } = new(
        "If-None-Match",
        "`*`: only if it does not exist yet. Otherwise 409 `place-exists`.",
        "*");
}
