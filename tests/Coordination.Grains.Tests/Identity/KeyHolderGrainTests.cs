using System.Buffers.Text;
using System.Security.Cryptography;
using Coordination.Contracts.Identity;
using Coordination.Contracts.Places;
using Coordination.Domain.Access;
using Coordination.Domain.Devices;

namespace Coordination.Grains.Tests.Identity;

/// <summary>Keys over time.</summary>
public sealed class KeyHolderGrainTests(AccountCluster cluster) : IClassFixture<AccountCluster>
{
    private static readonly AccessScope Place = AccessScope.TryParse("scenic-areas/bund", out var scope) ? scope : throw new FormatException();

    [Fact]
    public async Task A_key_is_valid_until_its_grace_is_over_and_no_other_ever()
    {
        var (device, first) = await IssueAsync();
        Assert.NotNull(await device.Verify(first));
        Assert.Null(await device.Verify(NewHash()));
        Assert.Null(await device.Verify([]));
        var second = NewHash();
        Assert.Equal(CommandStatus.Done, (await device.Execute(new RotateKey(Text(second), TimeSpan.FromMinutes(10), "x"))).Status);
        cluster.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await device.Verify(first));
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await device.Verify(first));
        Assert.NotNull(await device.Verify(second));
        await cluster.RestartAsync();
        device = cluster.Grains.GetGrain<IKeyHolderGrain>(device.GetPrimaryKeyString());
        Assert.Null(await device.Verify(first));
        Assert.NotNull(await device.Verify(second));
        Assert.Equal(CommandStatus.Done, (await device.Execute(new RevokeKeyHolder("lost", "x"))).Status);
        Assert.Null(await device.Verify(second));
        Assert.False((await device.GetStanding())!.IsActive);
    }

    [Fact]
    public async Task The_last_use_is_kept_to_the_minute_and_goes_with_what_was_revoked_long_ago()
    {
        var (device, key) = await IssueAsync();
        var used = cluster.Time.GetUtcNow();
        await device.Verify(key);
        cluster.Time.Advance(TimeSpan.FromSeconds(50));
        await device.Verify(key);
        Assert.Equal(used, (await device.GetCard())!.LastUsedAt);
        await cluster.RestartAsync();
        device = cluster.Grains.GetGrain<IKeyHolderGrain>(device.GetPrimaryKeyString());
        Assert.Equal(used, (await device.GetCard())!.LastUsedAt);

        await device.Execute(new RevokeKeyHolder(null, "x"));
        Assert.False(await device.ForgetIfRevoked(cluster.Time.GetUtcNow()));
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await device.ForgetIfRevoked(cluster.Time.GetUtcNow()));
        var id = device.GetPrimaryKeyString()["devices/".Length..];
        Assert.DoesNotContain((await cluster.Grains.GetGrain<IPeopleGrain>(0).List("devices", [""], null, 200)).Items, member => member.Id == id);
    }

    [Fact]
    public async Task Members_are_listed_page_by_page_each_once_and_only_of_the_scopes_asked_for()
    {
        var ids = new List<string>();
        for (var number = 0; number < 23; number++)
            ids.Add((await IssueAsync("scenic-areas/paged")).Device.GetPrimaryKeyString()["devices/".Length..]);
        await IssueAsync("scenic-areas/paged-other");
        var (found, cursor) = (new List<string>(), default(string));
        do
        {
            var page = await cluster.Grains.GetGrain<IPeopleGrain>(0).List("devices", ["scenic-areas/paged/", "parking-lots/none/"], cursor, 5);
            Assert.InRange(page.Items.Length, 1, 5);
            found.AddRange(page.Items.Select(member => member.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(ids.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task A_path_that_is_none_of_a_device_is_nobody()
    {
        foreach (var path in (string[])["devices/x", "programs/bootstrap", "parking-lots/a", "accounts/01980000-0000-7000-8000-000000000000"])
        {
            var grain = cluster.Grains.GetGrain<IKeyHolderGrain>(path);
            var result = await grain.Execute(new IssueKeyHolder("n", new RoleGrant(Role.Gate, Place), false, Text(NewHash()), "x"));
            Assert.Equal("device-not-found", result.Rejection?.Code);
            Assert.Null(await grain.GetStanding());
        }
    }

    private async Task<(IKeyHolderGrain Device, System.Collections.Immutable.ImmutableArray<byte> Hash)> IssueAsync(string scope = "scenic-areas/bund")
    {
        var hash = NewHash();
        var device = cluster.Grains.GetGrain<IKeyHolderGrain>($"devices/{cluster.NewId()}");
        Assert.True(AccessScope.TryParse(scope, out var parsed));
        Assert.Equal(CommandStatus.Done, (await device.Execute(new IssueKeyHolder("东门", new RoleGrant(Role.Gate, parsed), false, Text(hash), "x"))).Status);
        return (device, hash);
    }

    private static System.Collections.Immutable.ImmutableArray<byte> NewHash() => [.. SHA256.HashData(RandomNumberGenerator.GetBytes(32))];

    private static string Text(System.Collections.Immutable.ImmutableArray<byte> hash) => Base64Url.EncodeToString(hash.AsSpan());
}
