using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Coordination.Faults.Checks;
using Coordination.Faults.Clients;
using Coordination.Testing;
using Microsoft.Data.Sqlite;

namespace Coordination.Faults;

/// <summary>The real server, ended with <c>kill -9</c> while many clients are at work.</summary>
public sealed class KillTests
{
    private const int Kills = 20;

    /// <summary>The moments of the kills follow from it; <c>FAULTS_SEED</c> sets it.</summary>
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("FAULTS_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed) ? seed : new Random().Next();

    [Fact]
    public async Task What_was_acknowledged_is_there_once_after_twenty_kills()
    {
        var random = new Random(Seed);
        await using var server = await ServerProcess.StartAsync(Options, TestContext.Current.CancellationToken);
        await using var load = new Load(server.Address, Seed);
        await load.StartAsync();
        for (var kill = 1; kill <= Kills; kill++)
        {
            var before = load.Log.Count;
            await Task.Delay(random.Next(20, 600), TestContext.Current.CancellationToken);
            await server.KillAsync();
            var where = $"seed {Seed}, kill {kill}, {load.Log.Count - before} acknowledged since the one before";
            TestContext.Current.TestOutputHelper?.WriteLine(where);
            Expect(await StoreChecker.FindProblemsAsync(server.StorePath, load.Log), where);
            await load.ThrowIfFailedAsync();
            await server.StartAgainAsync(TestContext.Current.CancellationToken);
        }
        await load.FinishAsync();

        var moved = await ViewAsync(server, Load.Moved);
        var read = await ViewAsync(server, Load.Read);
        var ruled = await ViewAsync(server, Load.Ruled);
        Assert.Equal(load.Inside, moved.GetProperty("occupied").GetInt32());
        Assert.Equal(load.LastReading, read.GetProperty("occupied").GetInt32());
        Assert.Equal(load.LastCorrection, ruled.GetProperty("occupied").GetInt32());
        Assert.Equal(load.LastCapacity, ruled.GetProperty("capacity").GetInt32());
        await server.KillAsync();
        Expect(await StoreChecker.FindProblemsAsync(server.StorePath, load.Log), $"seed {Seed}, at the end");
        foreach (var (place, view) in new[] { (Load.Moved, moved), (Load.Read, read), (Load.Ruled, ruled) })
        {
            var recomputed = await StoreChecker.RecomputeAsync(server.StorePath, place);
            Assert.Equal(view.GetProperty("version").GetInt64(), recomputed.Version);
            Assert.Equal(view.GetProperty("occupied").GetInt32(), recomputed.Occupied);
            Assert.Equal(view.GetProperty("free").GetInt32(), recomputed.Free);
            Assert.Equal(view.GetProperty("capacity").GetInt32(), recomputed.Capacity);
        }
        Assert.True(load.Log.Count > Kills * 10, $"Only {load.Log.Count} commands and inputs were acknowledged.");
    }

    /// <summary>The twin: what an early acknowledgement or a missing fence would leave behind is found in the file.</summary>
    [Fact]
    public async Task A_store_that_lost_or_doubled_what_was_acknowledged_is_found_out()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(Options, TestContext.Current.CancellationToken);
        await using var load = new Load(server.Address, Seed);
        await load.StartAsync();
        while (load.Log.Commands < 5 || load.Log.Inputs < 50)
        {
            await load.ThrowIfFailedAsync();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        await load.FinishAsync();
        await server.StopAsync();
        Assert.Empty(await StoreChecker.FindProblemsAsync(server.StorePath, load.Log));

        var last = "SELECT id FROM batches WHERE stream = (SELECT id FROM streams WHERE name = 'parking-lots/ruled') ORDER BY first_version DESC LIMIT 1";
        Assert.Contains(await FindAsync("lost.db", $"""
            UPDATE streams SET version = version - (SELECT count FROM batches WHERE id = ({last})) WHERE name = 'parking-lots/ruled';
            DELETE FROM batches WHERE id = ({last});
            """), problem => problem.EndsWith("was acknowledged and is not in the store.", StringComparison.Ordinal));
        Assert.Contains(await FindAsync("doubled.db", $"""
            INSERT INTO batches (stream, first_version, count, payload)
              SELECT stream, first_version + count, count, replace(payload, '"version":' || first_version, '"version":' || (first_version + count)) FROM batches WHERE id = ({last});
            UPDATE streams SET version = version + (SELECT count FROM batches WHERE id = ({last})) WHERE name = 'parking-lots/ruled';
            """), problem => problem.EndsWith("is stored twice.", StringComparison.Ordinal));
        Assert.Contains(await FindAsync("gap.db", "DELETE FROM batches WHERE stream = (SELECT id FROM streams WHERE name = 'parking-lots/ruled') AND first_version = 2"),
            problem => problem.Contains(" follows ", StringComparison.Ordinal));

        async Task<IReadOnlyList<string>> FindAsync(string name, string sql)
        {
            var copy = folder.File(name);
            File.Copy(server.StorePath, copy);
            using (var connection = new SqliteConnection($"Data Source={copy};Pooling=false"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements stand above.
                command.CommandText = sql;
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync();
            }
            return await StoreChecker.FindProblemsAsync(copy, load.Log);
        }
    }

    private static ServerProcessOptions Options { get; } = new() { Environment = new Dictionary<string, string> { ["Coordination__SnapshotEvery"] = "50", ["Coordination__Limits__AddressPerSecond"] = "0", ["Coordination__Limits__PlacePerSecond"] = "0" } };

    private static void Expect(IReadOnlyList<string> problems, string where) =>
        Assert.True(problems.Count == 0, $"{where}: {problems.Count} problems (FAULTS_SEED={Seed} repeats the moments):{Environment.NewLine}{string.Join(Environment.NewLine, problems.Take(10))}");

    private static Task<JsonElement> ViewAsync(ServerProcess server, string place) =>
        server.Http.GetFromJsonAsync<JsonElement>($"api/{place}", TestContext.Current.CancellationToken);
}
