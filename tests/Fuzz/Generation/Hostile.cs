namespace Coordination.Fuzz.Generation;

/// <summary>What hurts parsers, stores, logs and terminals.</summary>
internal static class Hostile
{
    /// <summary>Begins a line of the log, if anything lets it.</summary>
    public const string Mark = "INJECTED-BY-A-CLIENT";

    /// <summary>Texts as they are, before any escaping.</summary>
    public static readonly string[] Texts =
    [
        "", " ", "\t", "null", "true", "0", "-1", "NaN", "Infinity", "a", new('a', 65), new('x', 201), new('长', 300), new('z', 4000),
        "\r\n" + Mark, "\n" + Mark + ": fail", "\u001b[31m" + Mark, "\u0000", "a\u0000b", "\u0085" + Mark, "\u2028" + Mark, "\u202egnp.exe", "\ufeff", "\uffff",
        "../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2f", "/etc/passwd", "C:\\", "file:///etc/passwd", "http://169.254.169.254/",
        "'; DROP TABLE events; --", "' OR '1'='1", "\" onload=\"alert(1)", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x/y}", "$(id)", "`id`", "=cmd|' /C calc'!A0",
        "*", "+", "#", "a/b", "a+b", "a b", "A", "ä", "停车场", "🅿️👨‍👩‍👧", "İ", "ß", "\u0301\u0301\u0301", "a\u200db", "%", "%s%s%n", "\\", "\"", "parking-lots/a", "communities/a",
    ];

    /// <summary>Numbers as they stand in JSON, and what some take for numbers.</summary>
    public static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "2147483647", "2147483648", "-2147483649", "9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999999999999999999", "1e400", "-1e400", "1e-400", "1.5", "1.0", "1E2", "0.1e1", "00", "01", "+1", ".5", "5.", "0x10", "1_000", "NaN", "Infinity", "-Infinity",
        "1e", "--1", "1" + new string('0', 500), "0." + new string('0', 500) + "1", "\"1\"", "\"NaN\"",
    ];

    /// <summary>Instants and dates, and what some take for them.</summary>
    public static readonly string[] Instants =
    [
        "", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999-14:00", "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "2026-05-01T24:00:00Z", "2026-05-01T08:00:60Z", "2026-05-01T08:00:00", "2026-05-01", "2026-05-01T08:00:00+25:00",
        "2026-05-01T08:00:00+08:60", "2026-05-01T08:00:00 08:00", "2026-05-01 08:00:00+08:00", "2026-W18-5", "20260501T080000Z", "1714550400", "now", "2026-05-01T08:00:00.123456789012345678901234567890Z",
        "２０２６-05-01T08:00:00Z", "2026-05-01T08:00:00Z\u0000", "25:00", "24:00", "00:00", "12:60",
    ];

    /// <summary>Ids in a path, already written as they stand there.</summary>
    public static readonly string[] PathIds =
    [
        "UPPER", "a--b", "-a", "a-", "a_b", "a.b", "..", ".", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "a%2fb", "%00", "a%00b", "%0d%0aX-Injected:%201", "%0a" + Mark, "%1b[31m" + Mark,
        "%", "%zz", "%c0%ae", "%ff%fe", "%e5%81%9c", "%25%32%65", "a;b=c", "a%3fb", "a%23b", "*", "'", "%27%20OR%201=1", "null", "undefined", "0", "-1", new('a', 101), new('a', 2000), "%20", "+", "a%20b",
        "\u0080", "~", "{id}", "[]", "<script>", "$where", "__proto__", "con", "a:b", "a@b", "%F0%9F%85%BF",
    ];

    /// <summary>Values of a header that a client library would not send, but HTTP lets pass.</summary>
    public static readonly string[] HeaderValues =
    [
        "", " ", "*", "\"", "\"\"", "\"1.\"", "W/\"1\"", "\"3.42\", \"3.43\"", "0", "-1", "\"9999999999999999999\"", new('k', 128), new('k', 129), new('k', 5000), "a b", "\t", "ä", "k\u001bk", "null", "{}", "' OR 1=1",
    ];

    /// <summary>Whole credentials that nobody gave.</summary>
    public static readonly string[] Credentials =
    [
        "", "Bearer", "Bearer ", "Bearer null", "Bearer " + new string('A', 4000), "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "Bearer ../../x", "Bearer a b c", "Basic YWRtaW46YWRtaW4=", "Basic %%%",
        "Digest username=\"a\"", "bearer x", "Negotiate TlRMTVNTUAAB", "Bearer \u00e4", "Bearer ' OR '1'='1", "ApiKey x", "Bearer\tx",
    ];
}
