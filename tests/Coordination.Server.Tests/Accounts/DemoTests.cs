using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Accounts;

/// <summary>The demonstration: everybody knows its passwords, so it goes no further than the machine.</summary>
public sealed class DemoTests
{
    private static readonly Dictionary<string, string> Demo = new() { ["Coordination__Identity__Demo"] = "true", ["Coordination__Limits__SignInPerMinute"] = "0" };

    [Fact]
    public async Task Each_role_signs_in_on_the_machine_and_from_nowhere_else_and_not_at_all_without_the_seed_places()
    {
        using var data = new TemporaryFolder();
        var options = new ServerProcessOptions { DataFolder = data.File("data"), Seeds = Repository.PathOf("seeds"), Environment = Demo };
        await using (var server = await ServerProcess.StartAsync(options))
        {
            using var http = DocumentedProblems.Client(server.Address, "");
            var roles = (await http.UntilAsync("api/demo/roles", answer => answer.Status == 200)).Body!.AsArray();
            Assert.Equal(13, roles.Count);
            foreach (var role in roles)
            {
                using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Address };
                var signedIn = await browser.Post("api/session", $$"""{ "userName": "{{role!["userName"]}}", "password": "{{role["password"]}}" }""");
                Assert.Equal(((string?)role["role"], 200), ((string?)signedIn["roles"][0]!["role"], signedIn.Status));
                var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(set => set.StartsWith("local-coordination=", StringComparison.Ordinal)).Split(';')[0];
                Assert.Equal(200, (await browser.Get("api/me", ("Cookie", cookie))).Status);
                // The cookie of the demonstration in another's hands, under the name that it would have there.
                var carried = cookie.Replace("local-", "__Host-", StringComparison.Ordinal);
                Assert.Equal((401, "credentials-invalid"), Told(await browser.Get("api/me", ("Cookie", carried), ("X-Forwarded-For", "203.0.113.9"))));
            }
            foreach (var sign in (string[])["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
            {
                using var remote = DocumentedProblems.Client(server.Address, "");
                Assert.Equal((401, "sign-in-failed"), Told(await remote.Post("api/session", """{ "userName": "demo-administrator", "password": "try-administrator-here" }""", (sign, "203.0.113.9"))));
                Assert.Equal((404, "not-found"), Told(await remote.Get("api/demo/roles", (sign, "203.0.113.9"))));
                Assert.Equal((404, "not-found"), Told(await remote.Post("api/demo/session", """{ "id": "administrator" }""", (sign, "203.0.113.9"))));
            }
            // What passes connections on without a word is asked by the name of the city.
            using var passed = DocumentedProblems.Client(server.Address, "");
            Assert.Equal((404, "not-found"), Told(await passed.Get("api/demo/roles", ("Host", "city.example.org"))));
            Assert.Equal((401, "sign-in-failed"), Told(await passed.Post("api/session", """{ "userName": "demo-administrator", "password": "try-administrator-here" }""", ("Host", "city.example.org"))));
            using var sensor = DocumentedProblems.Client(server.Address, SensorKey(server));
            Assert.Equal(200, (await sensor.Post("api/live-tickets", "{}")).Status);
            Assert.Equal((401, "credentials-invalid"), Told(await sensor.Get("api/server", ("X-Forwarded-For", "203.0.113.9"))));
        }
        await using (var server = await ServerProcess.StartAsync(options with { Environment = new Dictionary<string, string>(), Seeds = "none" }))
        {
            using var http = DocumentedProblems.Client(server.Address, "");
            Assert.Equal(404, (await http.Get("api/demo/roles")).Status);
            using var admin = DocumentedProblems.Client(server.Address);
            var account = await admin.UntilAsync("api/accounts/01900000-0000-7000-8000-00000000000d", answer => answer.Status == 200 && !(bool)answer["isActive"]!);
            Assert.Equal((401, "sign-in-failed"), Told(await http.Post("api/session", """{ "userName": "demo-administrator", "password": "try-administrator-here" }""")));
        }
        // And back: they are there again.
        await using (var server = await ServerProcess.StartAsync(options))
        {
            using var http = DocumentedProblems.Client(server.Address, "");
            await http.UntilAsync("api/demo/roles", answer => answer.Status == 200);
            Assert.Equal(200, (await http.Post("api/demo/session", """{ "id": "administrator" }""")).Status);
        }
    }

    [Fact]
    public async Task A_cluster_is_not_started_with_it()
    {
        var server = ServerProcess.Create(new ServerProcessOptions { Environment = Demo, Arguments = ["--cluster", "redis://127.0.0.1:1/0"] });
        await using (server)
        {
            var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            server.Ended = code => ended.TrySetResult(code);
            server.Launch();
            Assert.Equal(1, await ended.Task.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Contains("Coordination:Identity:Demo", server.Log, StringComparison.Ordinal);
        }
    }

    /// <summary>As it is shown when the server starts.</summary>
    private static string SensorKey(ServerProcess server) =>
        server.Log.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).First(word => word.StartsWith("cdk_", StringComparison.Ordinal));

    private static (int Status, string? Code) Told(Answer answer) => (answer.Status, answer.Code);
}
