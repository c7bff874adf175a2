namespace Coordination.Ledger.Sqlite;

/// <summary>Taking over another store.</summary>
public sealed partial class SqliteEventStore : IStoreImport
{
    async ValueTask IStoreImport.BeginImportAsync(string source, bool mayContinue, CancellationToken cancellation)
    {
        if (await Writes.RunAsync(writer => writer.BeginImport(source, mayContinue), cancellation) is { } problem)
            throw new InvalidOperationException(problem);
    }

    async ValueTask<AppendOutcome[]> IStoreImport.AppendInOrderAsync(IReadOnlyList<Append> appends, CancellationToken cancellation) =>
        await Writes.RunAsync(writer => writer.Append(appends), cancellation);

    async ValueTask IStoreImport.RaiseEpochAsync(string stream, long epoch, CancellationToken cancellation) =>
        await Writes.RunAsync(
            writer =>
            {
                writer.RaiseEpoch(stream, epoch);
                return true;
            },
            cancellation);

    async ValueTask IStoreImport.EndImportAsync(CancellationToken cancellation) =>
        await Writes.RunAsync(
            writer =>
            {
                writer.EndImport();
                return true;
            },
            cancellation);
}
