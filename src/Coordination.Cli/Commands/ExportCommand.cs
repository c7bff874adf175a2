using System.CommandLine;
using Coordination.Cli.Store;

namespace Coordination.Cli.Commands;

/// <summary><c>coordination export</c>: the events of a store as lines of JSON.</summary>
internal static class ExportCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var path = new Option<string>("--store") { Description = "The event store's file, or redis://host:port.", HelpName = "PATH|URL", Required = true };
        var (passwordFile, clusterId) = (CommonOptions.PasswordFile(), CommonOptions.ClusterId());
        var stream = new Option<string?>("--stream") { Description = "Only this stream, such as parking-lots/jingtie-north.", HelpName = "NAME" };
        var command = new Command("export", """
            Writes every event of an event store to standard output, one line of JSON each. Changes nothing; the server may run.

            Examples:
              coordination export --store data/events.db > events.ndjson
              coordination export --store data/events.db --stream parking-lots/jingtie-north
              coordination export --store redis://10.0.0.5:6379 > events.ndjson
            """)
        {
            path, passwordFile, clusterId, stream,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var store = await new StoreAddress(parsed.GetValue(path)!, parsed.GetValue(passwordFile), parsed.GetValue(clusterId)!).ReadAsync(cancellation);
            var only = parsed.GetValue(stream);
            var (streams, events) = (0, 0L);
            await foreach (var info in store.ListAsync(only ?? "", cancellation))
            {
                if (only is not null && info.Name != only)
                    continue;
                streams++;
                events += await EventExport.WriteAsync(store, info.Name, output, cancellation);
            }
            await output.FlushAsync(cancellation);
            if (only is not null && streams == 0)
                throw new UsageException($"there is no stream {only}");
            await error.WriteLineAsync($"{events:N0} events of {streams:N0} streams");
            return ExitCodes.Ok;
        });
        return command;
    }
}
