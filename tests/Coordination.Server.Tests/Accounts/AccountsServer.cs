using Coordination.Server.Tests.Support;
using Coordination.Testing;

namespace Coordination.Server.Tests.Accounts;

/// <summary>One real server for the tests of accounts, where one address may sign in as often as it likes, and a community to live in.</summary>
public sealed class AccountsServer : IAsyncLifetime
{
    public const string Community = "lotus-yard";
    public const string Password = "lotus under the bridge";

    private static int people;

    /// <summary>Settings beside the usual ones.</summary>
    internal Dictionary<string, string> Settings { get; init; } = [];

    public ServerProcess Process { get; private set; } = null!;

    /// <summary>With the key of the administrator.</summary>
    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            Environment = new Dictionary<string, string>(Settings) { ["Coordination__Limits__SignInPerMinute"] = "0" },
        });
        Http = DocumentedProblems.Client(Process.Address);
        foreach (var (yard, street) in new[] { (Community, "一街道"), ("other-yard", "二街道") })
        {
            var put = await Http.Put($"api/communities/{yard}", $$"""
                { "name": "{{yard}}", "city": "京", "district": "甲区", "street": "{{street}}", "buildings": [{ "id": "building-1", "name": "1号楼" }, { "id": "building-2", "name": "2号楼" }] }
                """);
            Assert.Equal(201, put.Status);
        }
    }

    /// <summary>A user name that nobody else has.</summary>
    public static string NewName(string word = "person") => $"{word}-{Interlocked.Increment(ref people)}";

    /// <summary>Somebody in a browser who is not signed in.</summary>
    public Person Stranger() => new(this);

    /// <summary>A resident who has registered herself.</summary>
    public async Task<Person> ResidentAsync(string? building = "building-1", string community = Community)
    {
        var person = Stranger();
        var home = building is null ? $"\"community\": \"{community}\"" : $"\"community\": \"{community}\", \"building\": \"{building}\"";
        person.UserName = NewName();
        var answer = await person.Post("api/accounts", $$"""{ "userName": "{{person.UserName}}", "password": "{{Password}}", "displayName": "李秀兰", {{home}} }""");
        Assert.Equal(201, answer.Status);
        person.Take(answer);
        return person;
    }

    /// <summary>Somebody of the staff, signed in.</summary>
    public async Task<Person> StaffAsync(string role, string scope, string name = "张敏")
    {
        var userName = NewName(role.ToLowerInvariant());
        var opened = await Http.Post("api/accounts/staff", $$"""
            { "userName": "{{userName}}", "displayName": "{{name}}", "roles": [{ "role": "{{role}}", "scope": "{{scope}}" }] }
            """);
        Assert.Equal(201, opened.Status);
        var person = Stranger();
        person.UserName = userName;
        var entered = await person.SetPasswordAsync((string)opened["firstPassword"]["code"]!);
        Assert.Equal(200, entered.Status);
        person.Take(entered);
        return person;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (Process is not null)
            await Process.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class AccountsCollection : ICollectionFixture<AccountsServer>
{
    public const string Name = "accounts";
}
