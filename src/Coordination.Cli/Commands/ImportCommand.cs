using System.CommandLine;
using System.Text.Json;
using Coordination.Cli.Import;

namespace Coordination.Cli.Commands;

/// <summary><c>coordination import</c>: puts places described in JSON files.</summary>
internal static class ImportCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var paths = new Argument<string[]>("path") { Description = "Seed files, or directories of *.json files.", Arity = ArgumentArity.OneOrMore };
        var server = CommonOptions.Server();
        var patience = CommonOptions.Patience();
        var keyFile = CommonOptions.KeyFile();
        var json = CommonOptions.Json("Print the outcome as one JSON object on standard output.");
        var command = new Command("import", """
            Puts the communities, car parks and scenic areas of JSON files. Doing it again changes only what differs.

            A file is { "communities": { "<slug>": … }, "parkingLots": { … }, "scenicAreas": { … } } with profiles as PUT takes them.

            Examples:
              coordination import seeds
              coordination import my-places.json --server http://127.0.0.1:5080 --json
            """)
        {
            paths, server, patience, keyFile, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var places = SeedFile.Expand(parsed.GetValue(paths)!).SelectMany(SeedFile.Read).ToList();
            var (http, client) = CommonOptions.Connect(parsed.GetValue(server)!, parsed.GetValue(patience), parsed.GetValue(keyFile));
            using var _ = http;
            var outcomes = new List<ImportOutcome>();
            foreach (var place in places)
            {
                var outcome = await PlaceImport.PutAsync(client, place, cancellation);
                outcomes.Add(outcome);
                if (!parsed.GetValue(json))
                    await output.WriteLineAsync($"{outcome.Status,-10}{outcome.Place}{(outcome.Detail is { } detail ? $"  {detail}" : "")}");
            }
            if (parsed.GetValue(json))
                await output.WriteLineAsync(ToJson(outcomes));
            var refused = outcomes.Count(outcome => outcome.Status == ImportStatus.Refused);
            if (refused > 0)
                await error.WriteLineAsync($"coordination: {refused} of {outcomes.Count} places were refused");
            return refused > 0 ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static string ToJson(List<ImportOutcome> outcomes)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var status in Enum.GetValues<ImportStatus>())
                json.WriteNumber(Name(status), outcomes.Count(outcome => outcome.Status == status));
            json.WriteStartArray("places");
            foreach (var outcome in outcomes)
            {
                json.WriteStartObject();
                json.WriteString("place", outcome.Place);
                json.WriteString("status", Name(outcome.Status));
                if (outcome.Detail is { } detail)
                    json.WriteString("detail", detail);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Name(ImportStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());
}
