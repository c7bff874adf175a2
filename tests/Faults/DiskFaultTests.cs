using System.Diagnostics;
using System.Globalization;
using Coordination.Faults.Cluster;
using Coordination.Faults.Network;

namespace Coordination.Faults;

/// <summary>A Redis whose disk is really full: a file system of a few megabytes in memory. Needs the right to mount.</summary>
[Collection(ClusterCollection.Name)]
[Trait("Cluster", "Faults")]
public sealed class DiskFaultTests(ClusterFixture fixture)
{
    private const int Room = 4 << 20;

    [Fact]
    public Task A_full_disk_under_Redis_loses_nothing_and_passes_without_help() =>
        FaultRound.RunAsync(fixture.Cluster, "disk full under Redis", async round =>
        {
            var redis = round.Cluster.Redis;
            var disk = round.Cluster.File($"disk-{round.Number}");
            var places = await Probe.CreatePlacesAsync(round.Cluster);
            round.Begin();
            await redis.KillAsync();
            await MountAsync(redis.Folder, disk);
            try
            {
                await redis.StartAsync(disk);
                await round.ServedAgainAsync();

                var filler = Path.Combine(disk, "filler");
                var failures = redis.Failures;
                await FillAsync(filler);
                var full = Stopwatch.StartNew();
                Probe[] answers;
                do
                {
                    Assert.True(full.Elapsed < TimeSpan.FromSeconds(30), "The disk never became full.");
                    await Task.Delay(100);
                    answers = await Task.WhenAll(round.Cluster.Hosts.SelectMany(host => places.Select(place => Probe.CommandAsync(host, place))));
                }
                while (answers.Any(answer => answer.Status != 503));
                Assert.All(answers, answer => Assert.True(answer.RetryAfter));
                await Task.Delay(TimeSpan.FromSeconds(2));
                File.Delete(filler);
                round.Healed();
                var back = await round.ServedAgainAsync();
                round.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"Redis ended {redis.Failures - failures} times; all served {back.TotalSeconds:F1} s after there was room"));
            }
            finally
            {
                await redis.KillAsync();
                Directory.Delete(redis.Folder, recursive: true);
                await Shell.RunAsync("cp", "-a", disk, redis.Folder);
                await Shell.TryAsync("umount", "--lazy", disk);
                await redis.StartAsync();
            }
            await round.ServedAgainAsync();
        });

    private static async Task MountAsync(string data, string disk)
    {
        var size = Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) + Room;
        Directory.CreateDirectory(disk);
        var (code, _) = await Shell.TryAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={size}"), "tmpfs", disk);
        Assert.SkipUnless(code == 0, "Mounting a small tmpfs is not permitted here.");
        await Shell.RunAsync("cp", "-a", data + "/.", disk);
    }

    /// <summary>Takes all the room there is.</summary>
    private static async Task FillAsync(string path)
    {
        await using var file = File.Create(path);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                await file.WriteAsync(block);
                await file.FlushAsync();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
