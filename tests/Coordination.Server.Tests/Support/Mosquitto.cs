using System.Diagnostics;
using Coordination.Testing;

namespace Coordination.Server.Tests.Support;

/// <summary>Debian's MQTT clients.</summary>
internal static class Mosquitto
{
    public const string Missing = "mosquitto_pub and mosquitto_sub are not installed (Debian: apt install mosquitto-clients).";

    public static bool IsInstalled => File.Exists("/usr/bin/mosquitto_pub") && File.Exists("/usr/bin/mosquitto_sub");

    /// <summary>Publishes one message with a key; without any credentials when it is empty.</summary>
    public static async Task<(int ExitCode, string Said)> PublishWithAsync(int port, string key, string topic, string message, params string[] arguments)
    {
        using var process = Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{port}", .. key.Length == 0 ? (string[])[] : ["-u", "device", "-P", key], "-t", topic, "-m", message, .. arguments]);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    /// <summary>Publishes and waits for the client to end; returns its exit code and what it said.</summary>
    public static async Task<(int ExitCode, string Said)> PublishAsync(int port, string topic, string? message, string? lines = null, params string[] arguments)
    {
        using var process = Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{port}", "-u", "device", "-P", ServerProcess.Key, "-t", topic, .. message is null ? (string[])["-l"] : ["-m", message], .. arguments]);
        if (lines is not null)
            await process.StandardInput.WriteAsync(lines);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    /// <summary>Subscribes; when this returns the broker has confirmed it.</summary>
    public static async Task<Subscriber> SubscribeAsync(int port, string topic, params string[] arguments)
    {
        var process = Start("stdbuf", ["-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", $"{port}", "-u", "device", "-P", ServerProcess.Key, "-t", topic, "-q", "1", "-d", "-F", "message %t %p", .. arguments]);
        process.StandardInput.Close();
        var subscriber = new Subscriber(process);
        await subscriber.LineAsync("Subscribed");
        return subscriber;
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public sealed class Subscriber(Process process) : IAsyncDisposable
    {
        /// <summary>The next message, as <c>topic payload</c>.</summary>
        public async Task<string> NextAsync() => (await LineAsync("message "))[8..];

        public async Task<string> LineAsync(string start)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                    return line;
            }
            throw new InvalidOperationException($"mosquitto_sub ended before '{start}': {await process.StandardError.ReadToEndAsync()}");
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
