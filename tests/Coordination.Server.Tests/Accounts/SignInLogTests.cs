using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Attempts at names that nobody has are in the log, and what was typed is not.</summary>
public sealed partial class SignInLogTests
{
    [Fact]
    public async Task An_attempt_at_a_name_that_nobody_has_is_logged_by_a_mark_that_is_its_own()
    {
        var lines = new ConcurrentQueue<string>();
        await using var server = ServerProcess.Create(new ServerProcessOptions());
        server.LineWritten = lines.Enqueue;
        await server.StartAgainAsync();
        using var http = DocumentedProblems.Client(server.Address, "");
        Assert.Equal(201, (await http.Post("api/accounts", """{ "userName": "li-xiulan", "password": "lotus under the bridge", "displayName": "李" }""")).Status);
        using var stranger = DocumentedProblems.Client(server.Address, "");
        foreach (var typed in (string[])["13800239977", "li-xiulan", " 13800239977", "my-very-own-secret"])
            Assert.Equal("sign-in-failed", (await stranger.Post("api/session", $$"""{ "userName": "{{typed}}", "password": "x" }""")).Code);
        Assert.Equal("sign-in-failed", (await stranger.Post("api/session/password", """{ "userName": "13800239977", "code": "1", "new": "x" }""")).Code);

        // The one at a name that somebody has is kept with the account, where she sees it.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (lines.Count(line => Attempt().IsMatch(line)) < 4)
            await Task.Delay(50, patience.Token);
        var marks = lines.Select(line => Attempt().Match(line)).Where(found => found.Success).Select(found => found.Groups[1].Value).ToList();
        Assert.Equal(4, marks.Count);
        Assert.Equal([marks[0], marks[0], marks[0]], [marks[0], marks[1], marks[3]]);
        Assert.NotEqual(marks[0], marks[2]);
        Assert.DoesNotContain(lines, line => line.Contains("13800239977", StringComparison.Ordinal) || line.Contains("my-very-own-secret", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"tried with a name that nobody has \(([^)]{16})\), from \S*127\.0\.0\.1")]
    private static partial Regex Attempt();
}
