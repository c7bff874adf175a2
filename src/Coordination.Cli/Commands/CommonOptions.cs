using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Http.Headers;
using Coordination.Client;

namespace Coordination.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    private const string KeyVariable = "COORDINATION_KEY";

    public static Option<Uri> Server() => new("--server", "-s")
    {
        Description = "Address of the server.",
        HelpName = "URL",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080"),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
                return new Uri(uri.AbsoluteUri.TrimEnd('/') + "/");
            result.AddError($"'{text}' is not an address such as http://127.0.0.1:5080.");
            return null;
        },
    };

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>The file with the password of a Redis, so that it stands in no list of processes.</summary>
    public static Option<string?> PasswordFile(string name = "--password-file") => new(name)
    {
        Description = "File with the password of the Redis.",
        HelpName = "PATH",
    };

    /// <summary>Which store of a Redis: the cluster id of its hosts.</summary>
    public static Option<string> ClusterId() => new("--cluster-id")
    {
        Description = "Cluster id of the store in a Redis.",
        HelpName = "ID",
        DefaultValueFactory = _ => "coordination",
    };

    public static Option<TimeSpan> Patience() => new("--patience")
    {
        Description = "How long to keep trying while the server does not answer, such as 30s, 10m or 1h.",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(10),
        CustomParser = ParseTime,
    };

    /// <summary>The file with the key of a program, so that it stands in no list of processes.</summary>
    public static Option<string?> KeyFile() => new("--key-file")
    {
        Description = $"File with the key of a program that may do this; otherwise the environment variable {KeyVariable}.",
        HelpName = "PATH",
    };

    /// <summary>Talks to a server; dispose the <see cref="HttpClient"/> when done.</summary>
    /// <exception cref="UsageException">The file with the key cannot be read.</exception>
    public static (HttpClient Http, CoordinationClient Client) Connect(Uri server, TimeSpan patience, string? keyFile)
    {
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan, // The client has its own, per attempt.
        };
        if (ReadKey(keyFile) is { Length: > 0 } key)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("coordination-cli");
        return (http, new CoordinationClient(http, Retry(patience)));
    }

    public static RetryPolicy Retry(TimeSpan patience) => RetryPolicy.Default with { Patience = patience };

    private static string? ReadKey(string? file)
    {
        if (file is null)
            return Environment.GetEnvironmentVariable(KeyVariable);
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the key cannot be read: {failure.Message}");
        }
    }

    private static TimeSpan ParseTime(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var factor = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (factor > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor is >= 0 and <= 86_400 * 30)
            return TimeSpan.FromSeconds(number * factor);
        result.AddError($"'{text}' is not a time such as 30s, 10m or 1h.");
        return default;
    }
}
