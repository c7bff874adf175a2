using System.Diagnostics;
using System.Globalization;
using System.Text;
using Coordination.Ledger.Sqlite;
using Coordination.Ledger.Tests.Stores;
using Coordination.Ledger.Vault;
using Microsoft.Data.Sqlite;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Vault;

/// <summary>The vault's file: who may read it, what is left in it, who may open it, and what a killed process leaves.</summary>
public sealed class SqliteVaultFileTests : IDisposable
{
    /// <summary>Names the folder for the process that is to be killed.</summary>
    private const string FolderVariable = "COORDINATION_TEST_VAULT";

    private const string Secret = "a-secret-that-must-not-be-found-anywhere-afterwards";

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("vault.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Changes_are_logged_synced_and_what_is_removed_is_overwritten()
    {
        using var file = new SqliteVaultFile(Path, TimeProvider.System, expected: null);

        Assert.Equal("wal", SqliteSchema.Text(file.Connection, "PRAGMA journal_mode"));
        Assert.Equal("2", SqliteSchema.Text(file.Connection, "PRAGMA synchronous"));
        Assert.Equal("1", SqliteSchema.Text(file.Connection, "PRAGMA secure_delete"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_a_removed_value_is_left_in_any_file(bool wasRestarted)
    {
        var vault = await OpenAsync();
        for (var i = 0; i < 50; i++)
            await vault.TryPutAsync($"persons/{i}/key", $"{Secret} {i}".Bytes(), 0, Cancellation);
        var replaced = await vault.TryPutAsync("persons/0/key", $"{Secret} again".Bytes(), 1, Cancellation);
        Assert.NotNull(replaced);
        if (wasRestarted)
        {
            await vault.DisposeAsync();
            vault = await OpenAsync();
        }

        Assert.NotEqual(0, Occurrences());
        for (var i = 0; i < 50; i++)
            Assert.True(await vault.RemoveAsync($"persons/{i}/key", Cancellation));

        Assert.Equal(0, Occurrences());
        await vault.DisposeAsync();
        Assert.Equal(0, Occurrences());
    }

    /// <summary>The twin: what SQLite leaves by itself.</summary>
    [Fact]
    public async Task Without_overwriting_a_removed_value_would_stay_in_the_file()
    {
        await using (var vault = await OpenAsync())
            await vault.TryPutAsync("persons/1/key", Secret.Bytes(), 0, Cancellation);
        using (var connection = SqliteSchema.Connect(Path, SqliteOpenMode.ReadWrite))
        {
            SqliteSchema.Execute(connection, "PRAGMA secure_delete = OFF");
            SqliteSchema.Execute(connection, "DELETE FROM entries");
        }

        Assert.NotEqual(0, Occurrences());
    }

    [Fact]
    public async Task While_another_program_reads_the_log_a_removal_says_that_it_has_to_be_repeated()
    {
        await using var vault = await OpenAsync();
        await vault.TryPutAsync("persons/1/key", Secret.Bytes(), 0, Cancellation);
        using (var shell = SqliteSchema.Connect(Path, SqliteOpenMode.ReadOnly))
        {
            SqliteSchema.Execute(shell, "BEGIN");
            Assert.Equal("1", SqliteSchema.Text(shell, "SELECT count(*) FROM entries"));

            var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.RemoveAsync("persons/1/key", Cancellation));
            Assert.Contains("another program reads it", error.Message, StringComparison.Ordinal);
            Assert.Null(await vault.FindAsync("persons/1/key", Cancellation));
            SqliteSchema.Execute(shell, "ROLLBACK");
        }

        Assert.False(await vault.RemoveAsync("persons/1/key", Cancellation));
        Assert.Equal(0, Occurrences());
    }

    [Fact]
    public async Task Only_its_user_can_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix'.");
        await using var vault = await OpenAsync();
        await vault.TryPutAsync("a", Secret.Bytes(), 0, Cancellation);

        foreach (var file in new[] { Path, Path + "-wal", Path + "-shm" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_second_process_is_kept_out_and_told_who_holds_it()
    {
        await using var vault = await OpenAsync();

        var error = await Assert.ThrowsAsync<StoreLockedException>(OpenAsync);

        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_store_and_other_files_are_refused_and_left_as_they_are()
    {
        await using (await SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = _folder.File("events.db") }, Cancellation))
        {
        }

        await File.WriteAllTextAsync(_folder.File("text.db"), "no database, but long enough to be looked at by SQLite, which reads 100 bytes of a file before it says so", Cancellation);
        foreach (var name in new[] { "events.db", "text.db" })
        {
            var before = await File.ReadAllBytesAsync(_folder.File(name), Cancellation);
            await Assert.ThrowsAsync<StoreFormatException>(() => SqliteVaultStore.OpenAsync(_folder.File(name), TimeProvider.System));
            Assert.Equal(before, await File.ReadAllBytesAsync(_folder.File(name), Cancellation));
        }

        await using (await OpenAsync())
        {
        }

        await Assert.ThrowsAsync<StoreFormatException>(() => SqliteEventStore.OpenAsync(new SqliteEventStoreOptions { Path = Path }, Cancellation));
    }

    [Fact]
    public async Task A_vault_that_goes_missing_while_in_use_takes_nothing_and_does_not_come_back_empty()
    {
        await using var vault = await OpenAsync();
        await vault.TryPutAsync("a", Secret.Bytes(), 0, Cancellation);
        File.Move(Path, Path + ".away");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.TryPutAsync("b", Secret.Bytes(), 0, Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await vault.FindAsync("a", Cancellation));

        Assert.False(File.Exists(Path));
        File.Move(Path + ".away", Path);
        Assert.NotNull(await vault.FindAsync("a", Cancellation));
    }

    [Fact]
    public async Task What_a_killed_process_had_acknowledged_is_there_and_what_it_had_removed_is_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kill -9 is Unix'.");
        var acknowledged = _folder.File("acknowledged");
        var start = new ProcessStartInfo("dotnet", [typeof(SqliteVaultFileTests).Assembly.Location, "-noColor", "-explicit", "only", "-method", $"*{nameof(Changes_until_it_is_killed)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [FolderVariable] = _folder.Path },
        };
        using (var process = Process.Start(start)!)
        {
            try
            {
                while (!File.Exists(acknowledged) || new FileInfo(acknowledged).Length < 4000)
                {
                    Assert.False(process.HasExited, process.HasExited ? await process.StandardOutput.ReadToEndAsync(Cancellation) : "");
                    await Task.Delay(20, Cancellation);
                }
            }
            finally
            {
                process.Kill(); // SIGKILL.
                await process.WaitForExitAsync(Cancellation);
            }
        }

        var lines = (await File.ReadAllTextAsync(acknowledged, Cancellation)).Split('\n')[..^1];
        Assert.True(lines.Length > 200);
        await using var vault = await OpenAsync();
        var removed = lines.Where(line => line[0] == '-').Select(line => line[1..]).ToHashSet();
        var last = lines[^1][1..];
        foreach (var name in lines.Where(line => line[0] == '+').Select(line => line[1..]))
        {
            var entry = await vault.FindAsync(name, Cancellation);
            if (removed.Contains(name))
                Assert.Null(entry);
            else if (name != last) // Its removal may have been under way.
                Assert.Equal($"{Secret} {name}", entry!.Value.Text());
        }
    }

    /// <summary>Runs in the process that is killed: puts two values and removes the first of them, and notes each answer.</summary>
    [Fact(Explicit = true)]
    public async Task Changes_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "Started by the test above.");
        await using var vault = await SqliteVaultStore.OpenAsync(System.IO.Path.Combine(folder!, "vault.db"), TimeProvider.System);
        await using var notes = new FileStream(System.IO.Path.Combine(folder!, "acknowledged"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var i = 0; ; i++)
        {
            foreach (var name in new[] { $"kept/{i}", $"removed/{i}" })
            {
                Assert.NotNull(await vault.TryPutAsync(name, $"{Secret} {name}".Bytes(), 0, Cancellation));
                notes.Write(Encoding.ASCII.GetBytes($"+{name}\n"));
            }

            Assert.True(await vault.RemoveAsync($"removed/{i}", Cancellation));
            notes.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"-removed/{i}\n")));
        }
    }

    private Task<SqliteVaultStore> OpenAsync() => SqliteVaultStore.OpenAsync(Path, TimeProvider.System);

    /// <summary>How often the secret stands in the vault's files.</summary>
    private int Occurrences()
    {
        var secret = Encoding.UTF8.GetBytes(Secret);
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(_folder.Path, "vault.db*").Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            for (var at = bytes.AsSpan().IndexOf(secret); at >= 0; at = bytes.AsSpan(at + 1).IndexOf(secret) is >= 0 and var next ? at + 1 + next : -1)
                count++;
        }

        return count;
    }
}
