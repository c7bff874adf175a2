using System.Diagnostics;
using System.Globalization;
using Coordination.Ledger.Sqlite;
using Microsoft.Data.Sqlite;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>A second process is kept out; with real processes (flock of util-linux).</summary>
public sealed class SqliteLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("events.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_opening_is_refused_and_told_who_holds_the_store()
    {
        await using var store = await OpenAsync();

        var error = await Assert.ThrowsAsync<StoreLockedException>(OpenAsync);

        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", error.Message, StringComparison.Ordinal);
        await store.OpenAsync("lots/a", Cancellation); // And the first goes on.
    }

    [Fact]
    public async Task A_link_to_the_store_is_the_same_store()
    {
        await using var store = await OpenAsync();
        var link = _folder.File("link.db");
        File.CreateSymbolicLink(link, Path);

        await Assert.ThrowsAsync<StoreLockedException>(() => SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = link }, Cancellation));
    }

    [Fact]
    public async Task Another_process_can_take_the_lock_only_when_the_store_is_closed()
    {
        SkipWithoutFlock();
        await using (await OpenAsync())
        {
            Assert.Equal(1, await RunAsync("flock", "-n", Path + ".lock", "true"));
            Assert.Equal($"{Environment.ProcessId}\n", await OutputAsync("cat", Path + ".lock"));
        }

        Assert.Equal(0, await RunAsync("flock", "-n", Path + ".lock", "true"));
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_is_gone()
    {
        SkipWithoutFlock();
        using var holder = Process.Start(new ProcessStartInfo("flock", ["--no-fork", Path + ".lock", "sh", "-c", "echo held; exec sleep 600"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Cancellation));
            await Assert.ThrowsAsync<StoreLockedException>(OpenAsync);
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync(Cancellation);
        }

        await using var store = await OpenAsync();
        await store.ProbeAsync(Cancellation);
    }

    /// <summary>The twin: what the lock prevents.</summary>
    [Fact]
    public async Task Without_the_lock_a_second_writer_would_get_in()
    {
        await using var store = await OpenAsync();
        await store.OpenAsync("lots/a", Cancellation);

        using (var second = new SqliteWriter(Path, TimeProvider.System, expected: null))
        {
            second.Begin();
            Assert.Equal(new OpenedStream(2, 0), second.OpenStream("lots/a"));
            second.Commit();
        }

        Assert.Equal(AppendOutcome.Fenced, await store.AppendAsync(Batch("lots/a", 1, 0, 1)));
    }

    /// <summary>The twin of the race in the contract: reading the version first and writing then lets both win.</summary>
    [Fact]
    public async Task Without_the_condition_in_the_write_itself_two_writers_of_one_version_both_win()
    {
        await using (var store = await OpenAsync())
            await store.OpenAsync("lots/a", Cancellation);
        using var left = SqliteSchema.Connect(Path, SqliteOpenMode.ReadWrite);
        using var right = SqliteSchema.Connect(Path, SqliteOpenMode.ReadWrite);

        var (leftFits, rightFits) = (VersionOf(left) == 0, VersionOf(right) == 0);
        SqliteSchema.Execute(left, "UPDATE streams SET version = 1 WHERE name = 'lots/a'");
        SqliteSchema.Execute(right, "UPDATE streams SET version = 1 WHERE name = 'lots/a'");

        Assert.True(leftFits && rightFits);
        Assert.Equal(1, VersionOf(left)); // Two events were confirmed, one is counted.
    }

    private Task<SqliteEventStore> OpenAsync() => SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path }, Cancellation);

    private static long VersionOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT version FROM streams WHERE name = 'lots/a'";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void SkipWithoutFlock() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "flock (util-linux) is not installed.");

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadToEndAsync(Cancellation);
    }
}
