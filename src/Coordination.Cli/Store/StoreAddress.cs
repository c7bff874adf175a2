using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Sqlite;
using StackExchange.Redis;

namespace Coordination.Cli.Store;

/// <summary>Where an event store is: the path of a SQLite file, or the address of a Redis.</summary>
/// <param name="Text">As it was given.</param>
/// <param name="PasswordFile">File with the password of a Redis; null when it needs none or has it in the address.</param>
/// <param name="ClusterId">What the keys in a Redis begin with.</param>
/// <param name="Durability">What a Redis that is written to must guarantee.</param>
internal sealed record StoreAddress(string Text, string? PasswordFile, string ClusterId, RedisDurability Durability = RedisDurability.Strict)
{
    public bool IsRedis => RedisUrl.IsOne(Text);

    /// <summary>The vault's file, as a full path; null when it is in the Redis of the events.</summary>
    public string? VaultPath => IsRedis ? null : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Text))!, "vault.db");

    /// <summary>For people: without a password.</summary>
    public override string ToString() => IsRedis ? $"{ClusterId} at {RedisUrl.Describe(Connection())}" : Text;

    /// <summary>Opens it for reading, beside running servers or without.</summary>
    /// <exception cref="UsageException">There is no such store.</exception>
    public Task<IEventStore> ReadAsync(CancellationToken cancellation) => OpenAsync(async () =>
    {
        if (IsRedis)
            return await RedisEventStore.OpenAsync(Redis() with { ReadOnly = true, MayCreate = false }, cancellation);
        MustExist();
        return await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Text, ReadOnly = true }, cancellation);
    });

    /// <summary>Opens it to be copied: a file is locked, so that no server writes to it meanwhile.</summary>
    /// <exception cref="UsageException">There is no such store.</exception>
    public Task<IEventStore> ReadAloneAsync(CancellationToken cancellation) => OpenAsync(async () =>
    {
        if (IsRedis)
            return await RedisEventStore.OpenAsync(Redis() with { ReadOnly = true, MayCreate = false }, cancellation);
        MustExist();
        return await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Text }, cancellation);
    });

    /// <summary>Opens or creates it to take over another one.</summary>
    public async Task<IStoreImport> ImportAsync(CancellationToken cancellation) => (IStoreImport)await OpenAsync(async () => IsRedis
        ? await RedisEventStore.OpenAsync(Redis() with { ForImport = true }, cancellation)
        : await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Text, ForImport = true }, cancellation));

    private static async Task<IEventStore> OpenAsync(Func<Task<IEventStore>> open)
    {
        try
        {
            return await open();
        }
        catch (Exception error) when (error is StoreFormatException or StoreRefusedException or StoreUnavailableException or StoreLockedException)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private void MustExist()
    {
        if (!File.Exists(Text))
            throw new UsageException(Directory.Exists(Text) ? $"{Text} is a directory; name the store's file in it" : $"there is no event store at {Text}");
    }

    private RedisEventStoreOptions Redis() => new()
    {
        Connection = Connection(),
        Prefix = ClusterId,
        Durability = Durability,
        CommandTimeout = TimeSpan.FromSeconds(10), // Nobody waits at a counter.
    };

    private ConfigurationOptions Connection()
    {
        try
        {
            return RedisUrl.Parse(Text, PasswordFile is null ? null : File.ReadAllText(PasswordFile).Trim());
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
