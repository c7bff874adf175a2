using static Coordination.Server.Api.ErrorCodes;

namespace Coordination.Server.Api.Description;

/// <summary>The notes on the operations of accounts, sessions, people, devices and programs, by operation id.</summary>
internal static class AccountNotes
{
    private const string AccountId = "01980f2e-4c1b-7d3a-9e55-0c6b8a1f2d34";

    private static readonly string[] PersonCodes =
        [IdentityNumberInvalid, IdentityNumber15Digits, IdentityNumberDate, IdentityNumberCheckDigit, PhoneNumberInvalid, PlateNumberInvalid, IdentityInUse];

    public static IEnumerable<KeyValuePair<string, Note>> All => [.. Privacy, .. Sessions, .. Passkeys, .. Own, .. People, .. KeyHolders("Device", "devices"), .. KeyHolders("Program", "programs")];

    private static Dictionary<string, Note> Privacy => new()
    {
        ["GetRetention"] = new("A run a day for the whole cluster, in the small hours, and at the start when one was missed.") { Answers = Ok(AccountExamples.Retention) },
    };

    private static Dictionary<string, Note> Sessions => new()
    {
        ["GetSession"] = new("Always answers, also when nobody is signed in. A page asks it first: the answer holds the token for everything it changes later.")
        {
            Answers = Ok(AccountExamples.Session),
        },
        ["PostSession"] = Body("Sets the cookie of the session. The same answer, after the same time, for a name that nobody has and a password that is wrong. After five wrong ones in "
            + "a row nobody can try for a minute, twice as long after each further one, up to a quarter of an hour.", AccountExamples.SignIn) with
        {
            Answers = Ok(AccountExamples.Session), Codes = [SignInFailed, NewPasswordRequired, LockedOut, Overloaded],
        },
        ["PostSessionPassword"] = Body("The first password of staff, and one in place of a password that was forgotten: the code is used up, all sessions of the account end, and a new one begins. Guesses are "
            + "counted with those at passwords.", """{ "userName": "zhang-min", "code": "4821 0937 5562", "new": "seven lamps by the river" }""") with
        {
            Answers = Ok(AccountExamples.Session), Codes = [SignInFailed, LockedOut, PasswordWeak, Overloaded],
        },
        ["PostSessionAgain"] = Body("What changes how one signs in, or ends sessions, answers 403 `sign-in-again-required` when the sign-in is older than ten minutes; after this it is done. The session ends no "
            + "later for it.", """{ "password": "lotus under the bridge" }""") with
        {
            Codes = [SignInFailed, Forbidden, AccountNotFound, LockedOut, Overloaded],
        },
        ["DeleteSession"] = new("Without a session nothing happens."),
        ["DeleteOtherSessions"] = new("The one that asks goes on, with a new cookie.") { Codes = [Forbidden, SignInAgainRequired] },
        ["DeleteOwnSession"] = new("One of `sessions` of `GET /api/me`; within two seconds it works on no host.")
        {
            Codes = [Forbidden, SignInAgainRequired, SessionNotFound], Parameters = Id("Id of the session.", "q3ZbX0c9T1m2Vh8kR5sLwA"),
        },
        ["PostAccount"] = Body("The new account is a resident of the community or building that she names, and is signed in.", AccountExamples.Registration) with
        {
            Answers = new Dictionary<int, string> { [201] = AccountExamples.Session },
            Codes = [RegistrationClosed, PlaceNotFound, AccountExists, UserNameTaken, IdentityInUse, PasswordWeak, Overloaded],
        },
        ["PostExternalSignIn"] = Body("OpenID Connect: code flow with PKCE, state and nonce. The page goes to `address`; the browser comes back signed in, to `returnTo`, or to `/sign-in?problem=provider`. "
            + "The first time an account is made that is bound to the issuer and the person's id there; nothing else that the issuer says is kept but a name. Also without a session it needs "
            + "the token of `GET /api/session`: no link of another site begins a sign-in.", """{ "returnTo": "/account" }""") with
        {
            Answers = Ok("""{ "address": "https://login.example.org/authorize?client_id=coordination&…" }"""),
            Codes = [ProviderUnknown, SignInFailed, Antiforgery, ProviderUnavailable],
            Parameters = new Dictionary<string, Parameter> { ["provider"] = new("provider", "One of `providers` of `GET /api/session`.", "city") },
        },
        ["ListDemoRoles"] = new("On the machine itself, in seed mode; 404 everywhere else.") { Answers = Ok(AccountExamples.DemoRoles), Codes = [NotFound], AsksPlaces = false },
        ["PostDemoSession"] = Body("On the machine itself, in seed mode; 404 everywhere else.", """{ "id": "community-worker" }""") with
        {
            Answers = Ok(AccountExamples.Session), Codes = [NotFound],
        },
    };

    private static Dictionary<string, Note> Passkeys => new()
    {
        ["PostPasskeySignInOptions"] = new("`PublicKeyCredentialRequestOptionsJSON` for `PublicKeyCredential.parseRequestOptionsFromJSON()`. Valid for five minutes, in this browser, once.")
        {
            Answers = Ok(AccountExamples.RequestOptions),
        },
        ["PostPasskeySession"] = Body("Sets the cookie of the session.", AccountExamples.Assertion) with { Answers = Ok(AccountExamples.Session), Codes = [SignInFailed] },
        ["PostPasskeyAgainOptions"] = new("As for signing in, for the passkeys of this account only.") { Answers = Ok(AccountExamples.RequestOptions), Codes = [Forbidden, AccountNotFound] },
        ["PostPasskeyAgain"] = Body("As `POST /api/session/again`, with a passkey in place of the password.", AccountExamples.Assertion) with { Codes = [SignInFailed, Forbidden] },
        ["PostPasskeyOptions"] = new("`PublicKeyCredentialCreationOptionsJSON` for `PublicKeyCredential.parseCreationOptionsFromJSON()`. Valid for five minutes, in this browser, once.")
        {
            Answers = Ok(AccountExamples.CreationOptions), Codes = [Forbidden, SignInAgainRequired, AccountNotFound],
        },
        ["PostPasskey"] = Body("At most 10.", AccountExamples.Attestation) with
        {
            Answers = new Dictionary<int, string> { [201] = AccountExamples.Passkey },
            Codes = [Forbidden, SignInAgainRequired, AccountNotFound, IdentityInUse, PasskeyInvalid, TooManyPasskeys, Overloaded],
        },
        ["DeletePasskey"] = new("Sessions that were begun with it go on.")
        {
            Codes = [Forbidden, SignInAgainRequired, PasskeyNotFound],
            Parameters = Id("Id of the passkey.", "AbCdEf0123456789"),
        },
    };

    private static Dictionary<string, Note> Own => new()
    {
        ["GetOwn"] = new("Also for a person who has consented to it: see `On-Behalf-Of`; then it is a look that she sees.")
        {
            Answers = Ok(AccountExamples.Own), Codes = [Forbidden, AccountNotFound], Headers = [Headers.OnBehalfOf],
        },
        ["PutOwnContact"] = Body("What is left out stays, what is empty is removed. Kept encrypted, shown masked.", AccountExamples.Contact) with
        {
            Answers = Ok(AccountExamples.Own), Codes = [Forbidden, AccountNotFound, .. PersonCodes, Overloaded], Headers = [Headers.OnBehalfOf],
        },
        ["PostOwnPassword"] = Body("All other sessions end; this one goes on with a new cookie. A first password, where there is none to show who asks, needs a sign-in of the last ten minutes.", """{ "current": "lotus under the bridge", "new": "seven lamps by the river" }""") with
        {
            Codes = [SignInFailed, Forbidden, SignInAgainRequired, AccountNotFound, PasswordWeak, LockedOut, Overloaded],
        },
        ["GetOwnLooks"] = new("Staff that has seen the person in a list, found her, or opened her account; who acts for her; and her own exports. Kept two years.")
        {
            Answers = Ok(AccountExamples.Looks), Codes = [Malformed, Forbidden], Parameters = Cursor,
        },
        ["GetOwnExport"] = new("A file to take along (个人信息保护法 第四十五条).") { Answers = Ok(AccountExamples.Export), Codes = [Forbidden, AccountNotFound] },
        ["DeleteOwn"] = Body("Destroys the key under which everything about the person is kept, and whatever finds her. What happened stays, and tells of nobody. The password is asked for "
            + "once more, unless she signed in with a passkey within five minutes.", """{ "password": "lotus under the bridge" }""") with
        {
            Codes = [SignInFailed, Forbidden, AccountNotFound, LockedOut, Overloaded],
        },
        ["ListDelegates"] = new("代办: those who may act for oneself, by one's own consent.") { Answers = Ok($"[{AccountExamples.Delegate}]"), Codes = [Forbidden, AccountNotFound] },
        ["PostDelegate"] = Body("At most 10 at once, each for a year at most; once more with another end changes the end. The other sends `On-Behalf-Of` and may see and change the contact.",
            """{ "userName": "wang-jianguo", "until": "2026-12-31T00:00:00+08:00" }""") with
        {
            Answers = new Dictionary<int, string> { [201] = AccountExamples.Delegate }, Codes = [Forbidden, AccountNotFound, ConsentTooLong, TooManyDelegates, Overloaded],
        },
        ["DeleteDelegate"] = new("What she did meanwhile stays done.")
        {
            Codes = [Forbidden, AccountNotFound, Overloaded],
            Parameters = new Dictionary<string, Parameter> { ["accountId"] = new("accountId", "Id of the account that may act no more.", AccountId) },
        },
        ["ListActingFor"] = new("Those who have consented.")
        {
            Answers = Ok($$"""[{ "subject": "accounts/{{AccountId}}", "name": "李**", "until": "2026-12-31T00:00:00+08:00" }]"""), Codes = [Forbidden],
        },
    };

    private static Dictionary<string, Note> People => new()
    {
        ["ListAccounts"] = new("Those with a role in `place`, or wherever you may see people. A page may hold fewer than `limit`; go on while there is `next`. Names are masked for who may not "
            + "manage accounts. **Each one that is shown is a look that the person sees.**")
        {
            Answers = Ok($$"""{ "items": [{{AccountExamples.Account}}], "next": "communities/jingtie-jiayuan/{{AccountId}}" }"""), Codes = [Malformed],
            Parameters = new Dictionary<string, Parameter>(Cursor)
            {
                ["place"] = new("place", "A scope, such as a community.", "communities/jingtie-jiayuan"),
                ["role"] = new("role", "Only those with this role.", "resident"),
                ["limit"] = new("limit", "1 to 50.", "20"),
            },
        },
        ["PostAccountLookup"] = Body("By the whole number or name, never by a part. **A look that the person sees.**", """{ "phone": "13812345678" }""") with
        {
            Answers = Ok(AccountExamples.AccountWithContact), Codes = [AccountNotFound],
        },
        ["GetAccount"] = new("**A look that the person sees.**") { Answers = Ok(AccountExamples.AccountWithContact), Codes = [AccountNotFound], Parameters = OfAccount },
        ["PostStaffAccount"] = Body("The code is in this answer and nowhere else. Give it to its person by another way: within seven days she sets a password of her own with it, before anything else works "
            + "(`POST /api/session/password`).", AccountExamples.Staff) with
        {
            Answers = new Dictionary<int, string> { [201] = $$"""{ "account": {{AccountExamples.Account}}, "firstPassword": {{AccountExamples.Code}} }""" },
            Codes = [MayNotGrant, SignInAgainRequired, RoleNotGranted, ScopeNotFit, TooManyRoles, AccountExists, UserNameTaken, IdentityInUse, Overloaded],
        },
        ["PostAccountPasswordCode"] = new("In place of a password that was forgotten, once somebody has made sure who asks. Of who has no role that you may not give, and not of oneself. The code is in this answer and nowhere "
            + "else, holds for 24 hours, and takes the place of one that was issued before; the password before goes on until it is used. The history says who issued it, and its person sees it.")
        {
            Answers = Ok(AccountExamples.Code), Codes = [SignInAgainRequired, AccountNotFound, Overloaded], Parameters = OfAccount,
        },
        ["PostAccountRole"] = Body("Within two seconds it holds everywhere.", """{ "role": "buildingLeader", "scope": "communities/jingtie-jiayuan/buildings/building-1", "until": "2027-01-01T00:00:00+08:00" }""") with
        {
            Answers = Ok(AccountExamples.AccountWithContact), Codes = [MayNotGrant, AccountNotFound, RoleNotGranted, ScopeNotFit, TooManyRoles, Overloaded], Parameters = OfAccount,
        },
        ["DeleteAccountRole"] = new("A role that it has not is taken without an error.")
        {
            Codes = [Malformed, MayNotGrant, AccountNotFound, Overloaded],
            Parameters = new Dictionary<string, Parameter>(OfAccount)
            {
                ["role"] = new("role", "Which.", "buildingLeader"),
                ["scope"] = new("scope", "Where.", "communities/jingtie-jiayuan/buildings/building-1"),
            },
        },
        ["PostAccountLock"] = Body("Of who has no role that you may not give. Within two seconds nothing works with it.", """{ "reason": "phone lost" }""") with
        {
            Codes = [AccountNotFound, Overloaded], Parameters = OfAccount,
        },
        ["PostAccountUnlock"] = new("Sessions that ended stay ended.") { Codes = [AccountNotFound, Overloaded], Parameters = OfAccount },
        ["DeleteAccount"] = Body("As the person herself could: see `DELETE /api/me`.", """{ "reason": "asked for in writing, file 2026-114" }""") with
        {
            Codes = [AccountNotFound, Overloaded], Parameters = OfAccount,
        },
    };

    private static Dictionary<string, Note> KeyHolders(string name, string kind)
    {
        var parameters = Id($"Id of the {name.ToLowerInvariant()}.", AccountId);
        return new()
        {
            [$"List{name}s"] = new("Also those that were revoked. A page may hold fewer than `limit`; go on while there is `next`.")
            {
                Answers = Ok($$"""{ "items": [{{AccountExamples.KeyHolder}}] }"""), Codes = [Malformed],
                Parameters = new Dictionary<string, Parameter>(Cursor)
                {
                    ["place"] = new("place", "A scope, such as a place or a community.", "scenic-areas/lianhua-pond"),
                    ["limit"] = new("limit", "1 to 200.", "50"),
                },
            },
            [$"Post{name}"] = Body("The key is in this answer and nowhere else: only its hash is kept. It is sent as `Authorization: Bearer`, over MQTT as the password.",
                """{ "name": "莲花池东门", "role": "gate", "scope": "scenic-areas/lianhua-pond" }""") with
            {
                Answers = new Dictionary<int, string> { [201] = $$"""{ "device": {{AccountExamples.KeyHolder}}, "key": "{{AccountExamples.Key}}" }""" },
                Codes = [MayNotGrant, DeviceExists, RoleNotGranted, ScopeNotFit, Overloaded],
            },
            [$"Post{name}Key"] = Body("With a grace the new key can be brought to the device while the old one goes on; at most four are valid at the same time.", """{ "graceSeconds": 600 }""") with
            {
                Answers = Ok($$"""{ "key": "{{AccountExamples.Key}}" }"""), Codes = [MayNotGrant, DeviceNotFound, DeviceRevoked, Overloaded], Parameters = parameters,
            },
            [$"Delete{name}"] = Body("Within two seconds no key of it works, and its live connections are closed. Once more changes nothing.", """{ "reason": "replaced" }""") with
            {
                Codes = [MayNotGrant, DeviceNotFound, Overloaded], Parameters = parameters,
            },
        };
    }

    private static Dictionary<string, Parameter> Cursor => new() { ["cursor"] = new("cursor", "`next` of the page before.", "communities/jingtie-jiayuan/" + AccountId) };

    private static Dictionary<string, Parameter> OfAccount => Id("Id of the account.", AccountId);

    private static Dictionary<string, Parameter> Id(string what, string example) => new() { ["id"] = new("id", what, example) };

    private static Dictionary<int, string> Ok(string answer) => new() { [200] = answer };

    private static Note Body(string description, string request) => new(description) { Request = request, TakesJson = true };
}
