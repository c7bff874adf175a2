using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Every kind of topic with everybody who may ask for it.</summary>
[Collection(AccountsCollection.Name)]
public sealed class OwnTopicTests(AccountsServer server)
{
    [Fact]
    public async Task A_person_sees_at_once_that_she_was_given_a_role()
    {
        using var person = await server.ResidentAsync();
        using var stream = await EventStream.OpenAsync(person.Http, person.Subject);
        var first = (await stream.NextAsync(view => view is not null))["view"]!;
        Assert.Equal("open", (string?)first["status"]);
        Assert.DoesNotContain(person.UserName, first.ToJsonString(), StringComparison.Ordinal);

        Assert.Equal(200, (await server.Http.Post($"api/{person.Subject}/roles", $$"""{ "role": "communityWorker", "scope": "communities/{{AccountsServer.Community}}" }""")).Status);

        // The connection that was opened with other roles ends; the next one shows them.
        using var again = await EventStream.OpenAsync(person.Http, person.Subject);
        await again.NextAsync(view => view?["roles"]!.AsArray().Any(grant => (string?)grant!["role"] == "communityWorker") is true);
    }

    [Fact]
    public async Task An_account_is_nobody_else_s_to_watch()
    {
        using var person = await server.ResidentAsync();
        using var neighbour = await server.ResidentAsync();
        using var worker = await server.StaffAsync("communityWorker", $"communities/{AccountsServer.Community}");
        using var nobody = DocumentedProblems.Client(server.Process.Address, "");
        foreach (var other in (HttpClient[])[neighbour.Http, worker.Http, nobody, server.Http])
        {
            var answer = await other.Get($"api/live?topic={person.Subject}");
            Assert.Equal((403, "forbidden"), (answer.Status, answer.Code));
            var both = await other.Get($"api/live?topic=communities/{AccountsServer.Community}&topic={person.Subject}");
            Assert.Equal("forbidden", both.Code);
        }
    }

    [Theory]
    [InlineData("accounts/")]
    [InlineData("accounts/x")]
    [InlineData("accounts/0193A5D0-0000-7000-8000-000000000000")]
    [InlineData("devices/0193a5d0-0000-7000-8000-000000000000")]
    [InlineData("programs/0193a5d0-0000-7000-8000-000000000000")]
    [InlineData("parking-lots/a/devices")]
    public async Task What_is_no_topic_stays_none(string topic) => Assert.Equal("topic-unknown", (await server.Http.Get($"api/live?topic={topic}")).Code);

    [Fact]
    public async Task Everybody_watches_places_whatever_the_role()
    {
        foreach (var role in (string[])["", ServerProcess.Key])
        {
            using var http = DocumentedProblems.Client(server.Process.Address, role);
            using var stream = await EventStream.OpenAsync(http, $"communities/{AccountsServer.Community}");
            await stream.NextAsync(view => view is not null);
        }
    }
}
