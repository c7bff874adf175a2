using System.CommandLine;
using Coordination.Cli.Store;
using Coordination.Cli.Terminal;
using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Sqlite;

namespace Coordination.Cli.Commands;

/// <summary><c>coordination migrate</c>: moves an event store from one machine's file to a cluster's Redis, or back.</summary>
internal static class MigrateCommand
{
    /// <summary>Streams that are copied at once: a commit of one is synced while others are read.</summary>
    private const int Together = 8;

    public static Command Create(TextWriter output, TextWriter error)
    {
        var from = new Option<string>("--from") { Description = "The store to copy: a file, or redis://host:port.", HelpName = "PATH|URL", Required = true };
        var to = new Option<string>("--to") { Description = "Where to: a file that is not there yet, or a Redis without a store.", HelpName = "PATH|URL", Required = true };
        var (fromPassword, toPassword) = (CommonOptions.PasswordFile("--from-password-file"), CommonOptions.PasswordFile("--to-password-file"));
        var clusterId = CommonOptions.ClusterId();
        var durability = new Option<RedisDurability>("--durability") { Description = "What a Redis to write to must guarantee: strict or relaxed.", HelpName = "WHAT" };
        var goOn = new Option<bool>("--continue") { Description = "Go on with a copy of the same store that was interrupted." };
        var withoutVault = new Option<bool>("--without-vault") { Description = "Leave the keys of people behind: a copy to be kept, in which nothing personal can be read." };
        var command = new Command("migrate", """
            Copies an event store with all streams, events and snapshots into an empty one, then reads both again and compares every event, snapshot
            and recomputed state. The vault with the keys of people (vault.db beside a file, or in the same Redis) is taken along; the secret keys of the
            hosts are not in it and have to be given to the new ones. Stop all servers of both first. Until it has ended well the target is marked as incomplete, and no server opens it.
            The source is not changed.

            Examples:
              coordination migrate --from data/coordination.db --to redis://10.0.0.5:6379 --to-password-file redis.password
              coordination migrate --from redis://10.0.0.5:6379 --to data/coordination.db
            """)
        {
            from, to, fromPassword, toPassword, clusterId, durability, goOn, withoutVault,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var id = parsed.GetValue(clusterId)!;
            var source = new StoreAddress(parsed.GetValue(from)!, parsed.GetValue(fromPassword), id);
            var target = new StoreAddress(parsed.GetValue(to)!, parsed.GetValue(toPassword), id, parsed.GetValue(durability));
            return await RunAsync(source, target, parsed.GetValue(goOn), parsed.GetValue(withoutVault), output, error, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        StoreAddress from, StoreAddress to, bool goOn, bool withoutVault, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (!goOn && !to.IsRedis && File.Exists(to.Text))
            throw new UsageException($"{to.Text} is there already; name a new file, or go on with --continue");
        if (!goOn && !withoutVault)
            VaultCopy.RefuseExisting(from, to);
        await using var source = await from.ReadAloneAsync(cancellation);
        await using var target = await to.ImportAsync(cancellation);
        var (sourceId, targetId) = (IdentityOf(source), IdentityOf(target));
        if (sourceId == targetId)
            throw new UsageException("the source and the target are the same store");
        await BeginAsync(target, sourceId, goOn, cancellation);
        var streams = await ListAsync(source, cancellation);
        var differences = new List<string>();
        int? vault = null;
        using var comparison = new StoreComparison(source, target);
        try
        {
            var copy = new StoreCopy(source, target);
            await CountedBar.RunAsync(error, "copying streams", streams.Count, advance =>
                Parallel.ForEachAsync(streams, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellation }, async (stream, cancel) =>
                {
                    await copy.CopyAsync(stream, cancel);
                    advance();
                }));
            if (!withoutVault)
                vault = await VaultCopy.RunAsync(from, source, to, target, cancellation);
            // Listed again: a server that was not stopped has written since.
            differences.AddRange(await StoreComparison.CompareListsAsync(await ListAsync(source, cancellation), target, cancellation));
            await CountedBar.RunAsync(error, "comparing streams", streams.Count, async advance =>
            {
                foreach (var stream in streams)
                {
                    if (await comparison.CompareAsync(stream, cancellation) is { } difference)
                        differences.Add(difference);
                    advance();
                }
            });
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"Interrupted: {to} is marked as incomplete, and no server opens it. Run this again with --continue.");
            throw;
        }

        foreach (var difference in differences.Distinct())
            await output.WriteLineAsync($"DIFFERS  {difference}");
        if (differences.Count > 0)
        {
            await error.WriteLineAsync($"{to} stays marked as incomplete, and no server opens it. Stop all servers and run this again with --continue, or delete it.");
            return ExitCodes.Failed;
        }

        await target.EndImportAsync(CancellationToken.None);
        await output.WriteLineAsync($"streams   {streams.Count,12:N0}");
        await output.WriteLineAsync($"events    {comparison.Events,12:N0}");
        await output.WriteLineAsync($"snapshots {comparison.Snapshots,12:N0}");
        if (vault is not null)
            await output.WriteLineAsync($"vault     {vault,12:N0}");
        await output.WriteLineAsync($"sha-256   {comparison.Hash}");
        await output.WriteLineAsync($"store     {targetId}");
        return ExitCodes.Ok;
    }

    private static async Task BeginAsync(IStoreImport target, Guid source, bool goOn, CancellationToken cancellation)
    {
        try
        {
            await target.BeginImportAsync(source.ToString(), goOn, cancellation);
        }
        catch (InvalidOperationException problem)
        {
            throw new UsageException(problem.Message);
        }
    }

    private static Guid IdentityOf(IEventStore store) => store switch
    {
        SqliteEventStore sqlite => sqlite.Identity,
        RedisEventStore redis => redis.Identity,
        _ => throw new ArgumentException("This store has no identity.", nameof(store)),
    };

    private static async Task<List<StreamInfo>> ListAsync(IEventStore store, CancellationToken cancellation)
    {
        var streams = new List<StreamInfo>();
        await foreach (var stream in store.ListAsync("", cancellation))
            streams.Add(stream);
        return streams;
    }
}
