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
        var anchorTo = new Option<string?>("--anchor") { Description = "Note where every stream's chain stands in a new file, to be kept elsewhere.", HelpName = "FILE" };
        var against = new Option<string?>("--against") { Description = "Check that every stream still contains what was noted with --anchor.", HelpName = "FILE" };
        var json = CommonOptions.Json("Print the outcome as one JSON object on standard output.");
        var command = new Command("verify", """
            Reads an event store offline, recomputes every state from its first event on and compares it with the snapshot; every event
            must be readable, versions must have no gap, and the chain of links from batch to batch must hold. Changes nothing. Exits
            with 1 when anything differs; the first broken place of each stream is named.

            The chain alone shows no rewriting by somebody who rewrites all links too. For that, keep an anchor where nobody who can
            write to the store can write, and check against it.

            Examples:
              coordination verify --store data/events.db
              coordination verify --store data/events.db --json
              coordination verify --store redis://10.0.0.5 --password-file redis.password
              coordination verify --store data/events.db --against monday.json --anchor tuesday.json
            """)
        {
            path, passwordFile, clusterId, anchorTo, against, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var anchor = parsed.GetValue(against) is { } known ? StoreAnchor.Read(known) : null;
            if (parsed.GetValue(anchorTo) is { } occupied)
                StoreAnchor.RefuseExisting(occupied);
            await using var store = await new StoreAddress(parsed.GetValue(path)!, parsed.GetValue(passwordFile), parsed.GetValue(clusterId)!).ReadAsync(cancellation);
            var streams = new List<Ledger.StreamInfo>();
            await foreach (var stream in store.ListAsync("", cancellation))
                streams.Add(stream);
            var verifier = new StreamVerifier(store, anchor);
            var checks = new List<StreamCheck>();
            await CountedBar.RunAsync(error, "streams", streams.Count, async advance =>
            {
                foreach (var stream in streams)
                {
                    checks.Add(await verifier.CheckAsync(stream, cancellation));
                    advance();
                }
            });
            foreach (var missing in anchor?.MissingFrom(streams) ?? [])
                checks.Add(new StreamCheck(missing.Stream, 0, null, $"the anchor knows {missing.Version} events, and there is no such stream"));
            var taken = parsed.GetValue(anchorTo) is { } file && checks.TrueForAll(check => check.Difference is null) ? Anchor(checks, file) : null;
            await output.WriteLineAsync(parsed.GetValue(json) ? ToJson(checks, taken) : ToText(checks, taken));
            return checks.Any(check => check.Difference is not null) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Only what was found whole is anchored.</summary>
    private static StoreAnchor Anchor(List<StreamCheck> checks, string file)
    {
        var anchor = StoreAnchor.Of(checks.Select(check => check.Head).OfType<AnchoredStream>(), TimeProvider.System.GetUtcNow());
        anchor.Write(file);
        return anchor;
    }

    private static string ToText(List<StreamCheck> checks, StoreAnchor? taken)
    {
        var text = new StringBuilder();
        foreach (var check in checks.Where(check => check.Difference is not null))
            text.AppendLine($"DIFFERS  {check.Stream}: {check.Difference}");
        text.AppendLine($"streams   {checks.Count,12:N0}");
        text.AppendLine($"events    {checks.Sum(check => check.Events),12:N0}");
        text.AppendLine($"snapshots {checks.Count(check => check.SnapshotVersion is not null),12:N0}");
        text.AppendLine($"chained   {checks.Count(check => check.ChainedFrom is not null),12:N0}");
        foreach (var check in checks.Where(check => check.ChainedFrom > 1))
            text.AppendLine($"          {check.Stream} from version {check.ChainedFrom}");
        text.Append($"differing {checks.Count(check => check.Difference is not null),12:N0}");
        if (taken is not null)
            text.AppendLine().Append($"anchor    {taken.Hash}");
        return text.ToString();
    }

    private static string ToJson(List<StreamCheck> checks, StoreAnchor? taken)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("streams", checks.Count);
            json.WriteNumber("events", checks.Sum(check => check.Events));
            json.WriteNumber("snapshots", checks.Count(check => check.SnapshotVersion is not null));
            json.WriteNumber("chained", checks.Count(check => check.ChainedFrom is not null));
            if (taken is not null)
                json.WriteString("anchor", taken.Hash);
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
