using System.Text.Json.Nodes;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>What the examples of the description show of people is what the server takes and answers.</summary>
[Collection(AccountsCollection.Name)]
public sealed class ExampleTests(AccountsServer server)
{
    [Fact]
    public async Task The_answers_about_people_and_keys_have_what_the_examples_show_and_no_more()
    {
        var document = JsonNode.Parse(await server.Http.GetStringAsync("openapi/v1.json"))!;
        using var person = await server.ResidentAsync();
        using var other = await server.ResidentAsync();
        using var worker = await server.StaffAsync("communityWorker", $"communities/{AccountsServer.Community}");
        await person.Put("api/me/contact", """{ "phone": "13800013800", "plates": ["京A12345"] }""");
        await worker.Get($"api/accounts/{person.Id}");

        Same("post /api/me/delegates", 201, await person.Post("api/me/delegates", $$"""{ "userName": "{{other.UserName}}" }"""));
        Same("get /api/session", 200, await person.SessionAsync());
        Same("get /api/me", 200, await person.Get("api/me"));
        Same("get /api/me/looks", 200, await person.Get("api/me/looks"));
        Same("get /api/me/export", 200, await person.Get("api/me/export"));
        Same("get /api/me/acting-for", 200, await other.Get("api/me/acting-for"));
        Same("get /api/accounts", 200, await worker.Get("api/accounts"));
        Same("get /api/accounts/{id}", 200, await worker.Get($"api/accounts/{person.Id}"));
        Same("post /api/accounts/lookup", 200, await worker.Post("api/accounts/lookup", $$"""{ "userName": "{{person.UserName}}" }"""));
        Same("post /api/accounts/staff", 201, await worker.Post("api/accounts/staff", $$"""{ "userName": "{{AccountsServer.NewName()}}", "displayName": "x", "roles": [{ "role": "cook", "scope": "communities/{{AccountsServer.Community}}" }] }"""));
        Same("post /api/accounts/{id}/password-code", 200, await worker.Post($"api/accounts/{person.Id}/password-code"));
        Same("post /api/devices", 201, await worker.Post("api/devices", $$"""{ "name": "厨房", "role": "cook", "scope": "communities/{{AccountsServer.Community}}" }"""));
        Same("get /api/devices", 200, await worker.Get("api/devices"));
        Same("get /api/privacy/retention", 200, await server.Http.Get("api/privacy/retention"));

        void Same(string what, int status, Answer answer)
        {
            Assert.Equal((what, status), (what, answer.Status));
            var (method, path) = (what.Split(' ')[0], what.Split(' ')[1]);
            NoMore(what, document["paths"]![path]![method]!["responses"]![$"{status}"]!["content"]!["application/json"]!["example"]!, answer.Body!);
        }
    }

    private static void NoMore(string what, JsonNode example, JsonNode answer)
    {
        if (example is JsonObject shown && answer is JsonObject told)
        {
            foreach (var (name, value) in told)
            {
                Assert.True(shown.ContainsKey(name), $"{what}: the example does not show {name}");
                NoMore($"{what}.{name}", shown[name]!, value!);
            }
        }
        else if (example is JsonArray { Count: > 0 } items && answer is JsonArray others)
        {
            foreach (var one in others)
                NoMore($"{what}[]", items[0]!, one!);
        }
    }
}
