namespace Coordination.Server.Api;

/// <summary>One error a client may rely on.</summary>
/// <param name="Code">Stable, kebab case.</param>
/// <param name="Status">HTTP status it comes with; in <c>/api/ingest</c>, MQTT and the hub it comes without one.</param>
/// <param name="Meaning">One sentence.</param>
internal sealed record ErrorCode(string Code, int Status, string Meaning);

/// <summary>Every error code of the product, whichever layer says it. The API description shows this table.</summary>
internal static class ErrorCodes
{
    public const string Malformed = "malformed";
    public const string TopicUnknown = "topic-unknown";
    public const string TooManyTopics = "too-many-topics";
    public const string NotSignedIn = "not-signed-in";
    public const string CredentialsInvalid = "credentials-invalid";
    public const string TicketInvalid = "ticket-invalid";
    public const string SessionEnded = "session-ended";
    public const string Forbidden = "forbidden";
    public const string RoleNotGranted = "role-not-granted";
    public const string ScopeNotFit = "scope-not-fit";
    public const string NotADelegate = "not-a-delegate";
    public const string SignInAgainRequired = "sign-in-again-required";
    public const string NewPasswordRequired = "new-password-required";
    public const string OriginNotAllowed = "origin-not-allowed";
    public const string SignInFailed = "sign-in-failed";
    public const string LockedOut = "locked-out";
    public const string Antiforgery = "antiforgery";
    public const string RegistrationClosed = "registration-closed";
    public const string UserNameTaken = "user-name-taken";
    public const string PasswordWeak = "password-weak";
    public const string ProviderUnknown = "provider-unknown";
    public const string AccountNotFound = "account-not-found";
    public const string AccountExists = "account-exists";
    public const string MayNotGrant = "may-not-grant";
    public const string TooManyRoles = "too-many-roles";
    public const string ConsentTooLong = "consent-too-long";
    public const string TooManyDelegates = "too-many-delegates";
    public const string IdentityInUse = "identity-in-use";
    public const string IdentityNumberInvalid = "identity-number-invalid";
    public const string IdentityNumber15Digits = "identity-number-15-digits";
    public const string IdentityNumberDate = "identity-number-date";
    public const string IdentityNumberCheckDigit = "identity-number-check-digit";
    public const string PhoneNumberInvalid = "phone-number-invalid";
    public const string PlateNumberInvalid = "plate-number-invalid";
    public const string ProviderUnavailable = "provider-unavailable";
    public const string SessionNotFound = "session-not-found";
    public const string PasskeyInvalid = "passkey-invalid";
    public const string PasskeyNotFound = "passkey-not-found";
    public const string TooManyPasskeys = "too-many-passkeys";
    public const string DeviceNotFound = "device-not-found";
    public const string DeviceRevoked = "device-revoked";
    public const string DeviceExists = "device-exists";
    public const string NotFound = "not-found";
    public const string PlaceNotFound = "place-not-found";
    public const string PagesNotBuilt = "pages-not-built";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string RequestTimeout = "request-timeout";
    public const string PlaceExists = "place-exists";
    public const string KindDiffers = "kind-differs";
    public const string VersionMismatch = "version-mismatch";
    public const string TooLarge = "too-large";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string IdempotencyKeyReused = "idempotency-key-reused";
    public const string NegativeCount = "negative-count";
    public const string FreeAboveCapacity = "free-above-capacity";
    public const string ZoneRequired = "zone-required";
    public const string ZoneUnknown = "zone-unknown";
    public const string TimeOutOfRange = "time-out-of-range";
    public const string TimeInFuture = "time-in-future";
    public const string SequenceTooOld = "sequence-too-old";
    public const string TooManyDevices = "too-many-devices";
    public const string TooManyScheduled = "too-many-scheduled";
    public const string LineTooLong = "line-too-long";
    public const string RateLimited = "rate-limited";
    public const string TooManyConnections = "too-many-connections";
    public const string Internal = "internal";
    public const string StoreUnavailable = "store-unavailable";
    public const string StoreDamaged = "store-damaged";
    public const string Overloaded = "overloaded";
    public const string Unavailable = "unavailable";
    public const string Draining = "draining";

    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        new(Malformed, 400, "The request does not have the form that is documented; `field` says where."),
        new(TopicUnknown, 400, "The text is no topic such as `parking-lots/jingtie-north`."),
        new(TooManyTopics, 400, "A connection watches at most 100 topics."),
        new(Antiforgery, 400, "A request of a session that may change something sends the token of `GET /api/session` as `X-Antiforgery`."),
        new(NotSignedIn, 401, "Sign in, or send a key in `Authorization: Bearer`."),
        new(CredentialsInvalid, 401, "The key is unknown, was revoked, or has ended."),
        new(TicketInvalid, 401, "The ticket for a live connection was used, is too old, or was never issued."),
        new(SessionEnded, 401, "The session has ended; sign in again."),
        new(SignInFailed, 401, "The user name and the password do not belong together, or the account is closed; or signing in elsewhere did not work."),
        new(Forbidden, 403, "Who you are may not do this at this place."),
        new(NotADelegate, 403, "The account named in `On-Behalf-Of` has not consented to your acting for it."),
        new(SignInAgainRequired, 403, "What changes how one signs in, or ends sessions, needs a recent sign-in: `POST /api/session/again`, then the same request once more."),
        new(NewPasswordRequired, 403, "That was a one-use code and no password: `POST /api/session/password` takes it with a password of one's own."),
        new(OriginNotAllowed, 403, "A page from another site may not do this; the operator's list of origins says which may."),
        new(RegistrationClosed, 403, "Residents do not register themselves here."),
        new(MayNotGrant, 403, "You may not give or take this role there."),
        new(PlaceNotFound, 404, "There is no such place."),
        new(NotFound, 404, "There is no such path."),
        new(PagesNotBuilt, 404, "The web pages are not part of this build; the API is."),
        new(ProviderUnknown, 404, "There is no such place to sign in."),
        new(AccountNotFound, 404, "There is no such account, or none that you may see."),
        new(SessionNotFound, 404, "The account has no such session, or it has ended."),
        new(PasskeyNotFound, 404, "The account has no such passkey."),
        new(DeviceNotFound, 404, "There is no such device or program."),
        new(MethodNotAllowed, 405, "The path does not take this method."),
        new(RequestTimeout, 408, "The body came too slowly."),
        new(PlaceExists, 409, "`If-None-Match: *` was sent and the place exists already."),
        new(KindDiffers, 409, "A place keeps its kind."),
        new(UserNameTaken, 409, "Another account has this user name."),
        new(AccountExists, 409, "The id of the account is taken."),
        new(IdentityInUse, 409, "Another account has what must be one account's own: an identity number, a passkey, an identity elsewhere."),
        new(DeviceRevoked, 409, "It was revoked for good; issue a new one."),
        new(DeviceExists, 409, "The id of the device or program is taken."),
        new(VersionMismatch, 412, "The place is not at the version that `If-Match` names."),
        new(TooLarge, 413, "The body is larger than 1 MiB."),
        new(UnsupportedMediaType, 415, "The body has another content type or character set than is documented."),
        new(IdempotencyKeyReused, 422, "This `Idempotency-Key` was used for something else at this place."),
        new(RoleNotGranted, 422, "This role is not one that is given: everybody is the public, and a delegate comes of a consent."),
        new(ScopeNotFit, 422, "The role does not reach so far, or not so little: a community worker has one community."),
        new(NegativeCount, 422, "A count is never negative."),
        new(FreeAboveCapacity, 422, "More places are said to be free than there are."),
        new(ZoneRequired, 422, "The place is counted by zone; name one."),
        new(ZoneUnknown, 422, "The place has no such zone."),
        new(TimeOutOfRange, 422, "The instant is before the year 2000: check the device's clock."),
        new(TimeInFuture, 422, "The instant is too far ahead: 10 minutes for an input, 400 days for a change."),
        new(SequenceTooOld, 422, "The sequence number is below those the place still remembers; send it with a new one."),
        new(TooManyDevices, 422, "So many devices send to this place already that it takes no other."),
        new(TooManyScheduled, 422, "So many changes wait at this place already that it takes no other."),
        new(LineTooLong, 422, "A line of `/api/ingest` or an MQTT message has at most 16 KiB."),
        new(PasswordWeak, 422, "The password is too short or easily guessed."),
        new(TooManyRoles, 422, "An account has at most 50 roles."),
        new(ConsentTooLong, 422, "A consent ends later than now and within a year."),
        new(TooManyDelegates, 422, "At most 10 may act for one person at the same time."),
        new(IdentityNumberInvalid, 422, "An identity number has 17 digits and a check digit."),
        new(IdentityNumber15Digits, 422, "Identity numbers of 15 digits are not valid since 2013."),
        new(IdentityNumberDate, 422, "The date of birth in the identity number is none."),
        new(IdentityNumberCheckDigit, 422, "The check digit of the identity number does not fit."),
        new(PhoneNumberInvalid, 422, "It is no phone number of mainland China."),
        new(PlateNumberInvalid, 422, "It is no number plate of mainland China."),
        new(PasskeyInvalid, 422, "The passkey does not answer what was asked, or too late."),
        new(TooManyPasskeys, 422, "An account has at most 10 passkeys."),
        new(TooManyConnections, 429, "Too many live connections from one address; `Retry-After` says when to try again."),
        new(LockedOut, 429, "Too many wrong passwords in a row; `Retry-After` says when to try again."),
        new(RateLimited, 429, "Too many requests from one address, of one sender or for one place. Nothing was changed; `Retry-After` says when to try again."),
        new(Internal, 500, "A fault of the server; nothing a client sends should cause it."),
        new(StoreUnavailable, 503, "The store cannot be used now. Whether it was kept is not known: send it again with the same id."),
        new(StoreDamaged, 503, "This place cannot be read from the store; other places are not affected."),
        new(ProviderUnavailable, 503, "The place to sign in beside here does not answer, or not as it should. Try again, or sign in another way."),
        new(Overloaded, 503, "Too many commands wait for this place. Nothing was changed; try again."),
        new(Draining, 503, "This host is being shut down and takes no new live connections; connect to another, or again after `Retry-After`."),
        new(Unavailable, 503, "The place did not answer in time. Whether it was kept is not known: send it again with the same id."),
    ];
}
