using Coordination.Ledger.Sqlite;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>The contract, on SQLite.</summary>
public sealed class SqliteEventStoreTests : EventStoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override async Task<IEventStore> OpenStoreAsync() =>
        await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = _folder.File("events.db") });

    protected override ValueTask CleanUpAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
