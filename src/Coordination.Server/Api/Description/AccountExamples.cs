namespace Coordination.Server.Api.Description;

/// <summary>Examples of accounts, sessions and keys. Nobody has these numbers.</summary>
internal static class AccountExamples
{
    public const string Key = "cdk_01980f2e4c1b7d3a9e550c6b8a1f2d34_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEga2V5ISEhISE";

    public const string SignIn = """{ "userName": "li-xiulan", "password": "lotus under the bridge" }""";

    public const string Registration =
        """{ "userName": "li-xiulan", "password": "lotus under the bridge", "displayName": "李秀兰", "community": "jingtie-jiayuan", "building": "building-1" }""";

    public const string Session = """
        {
          "signedIn": true, "subject": "accounts/01980f2e-4c1b-7d3a-9e55-0c6b8a1f2d34", "displayName": "李秀兰",
          "roles": [{ "role": "resident", "scope": "communities/jingtie-jiayuan/buildings/building-1" }], "permissions": ["seePlace", "useOwnAccount"],
          "antiforgeryToken": "CfDJ8N…", "demo": false, "registration": true, "providers": [{ "id": "city", "name": "城市统一身份认证" }]
        }
        """;

    public const string DemoRoles = """
        [{ "id": "community-worker", "role": "communityWorker", "name": { "zh": "社区工作者 张敏", "en": "Community worker Zhang Min" }, "userName": "demo-community-worker",
           "password": "try-community-worker-here", "surface": "/people", "place": "communities/jingtie-jiayuan" }]
        """;

    public const string RequestOptions = """{ "challenge": "kV6y…", "timeout": 300000, "rpId": "coordination.example.org", "allowCredentials": [], "userVerification": "required" }""";

    public const string CreationOptions = """
        { "rp": { "name": "coordination.example.org", "id": "coordination.example.org" }, "user": { "id": "MDE5OD…", "name": "li-xiulan", "displayName": "李秀兰" }, "challenge": "kV6y…",
          "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }], "authenticatorSelection": { "residentKey": "required", "userVerification": "required" }, "attestation": "none" }
        """;

    public const string Assertion = """
        { "credential": { "id": "AbCdEf0123456789", "rawId": "AbCdEf0123456789", "type": "public-key", "clientExtensionResults": {},
          "response": { "clientDataJSON": "eyJ0…", "authenticatorData": "SZYN…", "signature": "MEUC…", "userHandle": "MDE5OD…" } } }
        """;

    public const string Attestation = """
        { "name": "手机", "credential": { "id": "AbCdEf0123456789", "rawId": "AbCdEf0123456789", "type": "public-key", "clientExtensionResults": {},
          "response": { "clientDataJSON": "eyJ0…", "attestationObject": "o2Nm…", "transports": ["internal"] } } }
        """;

    public const string Passkey = """{ "id": "AbCdEf0123456789", "name": "手机", "addedAt": "2026-05-01T08:00:00+08:00" }""";

    public const string Delegate =
        """{ "delegate": "accounts/01980f30-0d52-7b77-8c11-3b9b6c1a5e02", "name": "王**", "grantedAt": "2026-05-01T08:00:00+08:00", "until": "2026-12-31T00:00:00+08:00" }""";

    public const string Own = $$"""
        {
          "subject": "accounts/01980f2e-4c1b-7d3a-9e55-0c6b8a1f2d34", "userName": "li-xiulan", "displayName": "李秀兰", "createdAt": "2026-04-01T09:00:00+08:00",
          "roles": [{ "role": "resident", "scope": "communities/jingtie-jiayuan/buildings/building-1" }],
          "contact": { "phone": "138****5678", "identityNumber": "110***********123X", "plates": ["京A·**345"] }, "hasPassword": true, "passkeys": [{{Passkey}}],
          "sessions": [{ "id": "q83vEjRWeJA", "startedAt": "2026-05-01T08:00:00+08:00", "lastSeenAt": "2026-05-01T08:20:00+08:00", "browser": "Chrome, Android", "isThis": true }],
          "delegates": [{{Delegate}}]
        }
        """;

    public const string Contact = """{ "displayName": "李秀兰", "phone": "138 1234 5678", "plates": ["京A12345"] }""";

    private const string Look =
        """{ "at": "2026-05-01T09:12:00+08:00", "by": "社区工作者 张敏", "subject": "accounts/01980f30-0d52-7b77-8c11-3b9b6c1a5e02", "what": "account", "times": 1 }""";

    public const string Looks = $$"""{ "items": [{{Look}}], "next": "202604-0001" }""";

    public const string Export = $$"""
        { "at": "2026-05-01T08:30:00+08:00", "account": {{Own}}, "phone": "13812345678", "plates": ["京A12345"],
          "signIns": [{ "at": "2026-05-01T08:00:00+08:00", "succeeded": true, "method": "pwd", "browser": "Chrome, Android" }], "looks": [{{Look}}] }
        """;

    public const string Account = """
        { "subject": "accounts/01980f2e-4c1b-7d3a-9e55-0c6b8a1f2d34", "userName": "li-xiulan", "displayName": "李秀兰",
          "roles": [{ "role": "resident", "scope": "communities/jingtie-jiayuan/buildings/building-1" }], "isActive": true, "createdAt": "2026-04-01T09:00:00+08:00" }
        """;

    public const string AccountWithContact = """
        { "subject": "accounts/01980f2e-4c1b-7d3a-9e55-0c6b8a1f2d34", "userName": "li-xiulan", "displayName": "李秀兰",
          "roles": [{ "role": "resident", "scope": "communities/jingtie-jiayuan/buildings/building-1" }], "isActive": true, "createdAt": "2026-04-01T09:00:00+08:00",
          "contact": { "phone": "138****5678", "plates": ["京A·**345"] } }
        """;

    public const string Code = """{ "userName": "zhang-min", "code": "4821 0937 5562", "until": "2026-05-08T09:00:00+08:00" }""";

    public const string Staff = """
        { "userName": "zhang-min", "displayName": "张敏", "roles": [{ "role": "communityWorker", "scope": "communities/jingtie-jiayuan" }] }
        """;

    public const string Retention = """
        { "kinds": [{ "kind": "sign-ins", "period": "P180D", "what": "Sign-ins and attempts to sign in.", "lastRunAt": "2026-05-01T03:00:12+08:00", "removed": 41, "removedInAll": 1893 }] }
        """;

    public const string KeyHolder = """
        { "id": "01980f2e-4c1b-7d3a-9e55-0c6b8a1f2d34", "name": "莲花池东门", "role": "gate", "scope": "scenic-areas/lianhua-pond", "isActive": true,
          "issuedAt": "2026-04-01T09:00:00+08:00", "issuedBy": "accounts/01980f30-0d52-7b77-8c11-3b9b6c1a5e02", "lastUsedAt": "2026-05-01T08:00:00+08:00" }
        """;
}
