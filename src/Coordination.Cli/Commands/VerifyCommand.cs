using System.CommandLine;
using System.Text;
using System.Text.Json;
using Coordination.Cli.Store;
using Coordination.Cli.Terminal;

namespace Coordination.Cli.Commands;

/// <summary><c>coordination verify</c>: recomputes every state of a store from its events and compares.</summary>
internal static class VerifyCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var path = new Option<string>("--store") { Description = "The event store's file, or redis://host:port.", HelpName = "PATH|URL", Required = true };
        var (passwordFile, clusterId) = (CommonOptions.PasswordFile(), CommonOptions.ClusterId());
        var json = CommonOptions.Json("Print the outcome as one JSON object on standard output.");
        var command = new Command("verify", """
            Reads an event store offline, recomputes every state from its first event on and compares it with the snapshot; every event
            must be readable, and versions must have no gap. Changes nothing. Exits with 1 when anything differs.

            Examples:
              coordination verify --store data/events.db
              coordination verify --store data/events.db --json
              coordination verify --store redis://10.0.0.5 --password-file redis.password
            """)
        {
            path, passwordFile, clusterId, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var store = await new StoreAddress(parsed.GetValue(path)!, parsed.GetValue(passwordFile), parsed.GetValue(clusterId)!).ReadAsync(cancellation);
            var streams = new List<Ledger.StreamInfo>();
            await foreach (var stream in store.ListAsync("", cancellation))
                streams.Add(stream);
            var verifier = new StreamVerifier(store);
            var checks = new List<StreamCheck>();
            await CountedBar.RunAsync(error, "streams", streams.Count, async advance =>
            {
                foreach (var stream in streams)
                {
                    checks.Add(await verifier.CheckAsync(stream, cancellation));
                    advance();
                }
            });
            await output.WriteLineAsync(parsed.GetValue(json) ? ToJson(checks) : ToText(checks));
            return checks.Any(check => check.Difference is not null) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static string ToText(List<StreamCheck> checks)
    {
        var text = new StringBuilder();
        foreach (var check in checks.Where(check => check.Difference is not null))
            text.AppendLine($"DIFFERS  {check.Stream}: {check.Difference}");
        text.AppendLine($"streams   {checks.Count,12:N0}");
        text.AppendLine($"events    {checks.Sum(check => check.Events),12:N0}");
        text.AppendLine($"snapshots {checks.Count(check => check.SnapshotVersion is not null),12:N0}");
        text.Append($"differing {checks.Count(check => check.Difference is not null),12:N0}");
        return text.ToString();
    }

    private static string ToJson(List<StreamCheck> checks)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("streams", checks.Count);
            json.WriteNumber("events", checks.Sum(check => check.Events));
            json.WriteNumber("snapshots", checks.Count(check => check.SnapshotVersion is not null));
            json.WriteStartArray("differences");
            foreach (var check in checks.Where(check => check.Difference is not null))
            {
                json.WriteStartObject();
                json.WriteString("stream", check.Stream);
                json.WriteString("difference", check.Difference);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
