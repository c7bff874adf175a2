using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Accounts;

/// <summary>Somebody with a browser of her own: it keeps cookies, and sends the token of the session with what changes something.</summary>
public sealed class Person(AccountsServer server) : IDisposable
{
    private string? token;

    public HttpClient Http { get; } = DocumentedProblems.Client(server.Process.Address, "");

    public string UserName { get; set; } = "";

    public string Subject { get; private set; } = "";

    public string Id => Subject["accounts/".Length..];

    internal async Task SignInAsync(string userName, string password = AccountsServer.Password)
    {
        UserName = userName;
        var answer = await TryAsync(password);
        Assert.True(answer.Status == 200, $"{answer.Status} {answer.Code}");
        Take(answer);
    }

    /// <summary>Tries a password, and stays as she is.</summary>
    internal Task<Answer> TryAsync(string password, params (string, string)[] headers) =>
        Post("api/session", $$"""{ "userName": "{{UserName}}", "password": "{{password}}" }""", headers);

    /// <summary>Sets a password with a one-use code.</summary>
    internal Task<Answer> SetPasswordAsync(string code, string password = AccountsServer.Password) =>
        Post("api/session/password", $$"""{ "userName": "{{UserName}}", "code": "{{code}}", "new": "{{password}}" }""");

    /// <summary>Takes the token and the name of an answer about a session.</summary>
    internal void Take(Answer session)
    {
        token = (string?)session["antiforgeryToken"];
        Subject = (string?)session.Body!["subject"] ?? "";
    }

    internal async Task<Answer> SessionAsync()
    {
        var answer = await Http.Get("api/session");
        Assert.Equal(200, answer.Status);
        token = (string?)answer["antiforgeryToken"];
        return answer;
    }

    internal Task<Answer> Get(string path, params (string, string)[] headers) => Http.Get(path, headers);

    internal Task<Answer> Post(string path, string json = "{}", params (string, string)[] headers) => AskAsync(HttpMethod.Post, path, json, headers);

    internal Task<Answer> Put(string path, string json, params (string, string)[] headers) => AskAsync(HttpMethod.Put, path, json, headers);

    internal Task<Answer> Delete(string path, string? json = null, params (string, string)[] headers) => AskAsync(HttpMethod.Delete, path, json, headers);

    private Task<Answer> AskAsync(HttpMethod method, string path, string? json, (string, string)[] headers) =>
        Http.AskAsync(method, path, json, token is null ? headers : [.. headers, ("X-Antiforgery", token)]);

    public void Dispose() => Http.Dispose();
}
