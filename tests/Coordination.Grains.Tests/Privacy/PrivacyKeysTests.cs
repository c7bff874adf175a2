using System.Text;
using Coordination.Grains.Privacy;
using Coordination.Ledger.Vault;
using Coordination.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Coordination.Grains.Tests.Privacy;

/// <summary>Where the secret keys come from, and who is refused for having others.</summary>
public sealed class PrivacyKeysTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SqliteVaultStore? open;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SqliteVaultStore Vault => open!;

    private string OwnFolder => folder.File("keys");

    public async ValueTask InitializeAsync() => open = await SqliteVaultStore.OpenAsync(folder.File("vault.db"), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task One_machine_makes_its_keys_once_for_itself_alone()
    {
        var first = await OwnAsync(new PrivacyOptions());
        var second = await OwnAsync(new PrivacyOptions());

        Assert.Equal(OwnFolder, first.CreatedIn);
        Assert.Null(second.CreatedIn);
        Assert.Equal(new KeyedHasher(first.Hash).Hash("p", "v"), new KeyedHasher(second.Hash).Hash("p", "v"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(OwnFolder));
            foreach (var file in System.IO.Directory.GetFiles(OwnFolder))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(["hash-keys", "master-keys"], System.IO.Directory.GetFiles(OwnFolder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_key_file_that_went_missing_is_asked_for_and_not_made_anew()
    {
        await OwnAsync(new PrivacyOptions());
        File.Delete(Path.Combine(OwnFolder, "hash-keys"));

        var error = await Assert.ThrowsAsync<PrivacyKeyException>(() => OwnAsync(new PrivacyOptions()));

        Assert.Contains("restore it from its backup", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(OwnFolder, "hash-keys")));
    }

    [Fact]
    public async Task No_key_is_in_the_vault()
    {
        var keys = await OwnAsync(new PrivacyOptions());
        await new PersonVault(Vault, keys.Master, TimeProvider.System).ProtectAsync("accounts/a", "name", "李小明", Cancellation);

        var held = new StringBuilder();
        await foreach (var entry in Vault.ListAsync("", Cancellation))
            held.Append(entry.Name).Append(' ').AppendLine(Encoding.UTF8.GetString(entry.Value.Span));
        Assert.Contains("privacy/keys/hash", held.ToString(), StringComparison.Ordinal);
        foreach (var key in keys.Hash.Keys.Concat(keys.Master.Keys))
        {
            Assert.Equal(-1, Encoding.UTF8.GetBytes(held.ToString()).AsSpan().IndexOf(key.Secret));
            Assert.DoesNotContain(Convert.ToBase64String(key.Secret)[..16], held.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(System.Buffers.Text.Base64Url.EncodeToString(key.Secret)[..16], held.ToString(), StringComparison.Ordinal);
            Assert.Equal(key.Id, key.ToString());
        }
    }

    [Fact]
    public async Task A_cluster_is_not_started_without_keys()
    {
        var error = await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(new PrivacyOptions { HashKeys = Keys.List("h1") }));

        Assert.Contains("Coordination:Privacy:MasterKeys is not set", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_with_the_same_keys_start_also_all_at_once()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SharedAsync(["h1"], ["m1"]))));

        Assert.All(opened, keys => Assert.Equal("h1", keys.Hash.First.Id));
    }

    [Fact]
    public async Task A_host_with_another_key_is_refused()
    {
        await SharedAsync(["h1"], ["m1"]);

        foreach (var options in new[]
        {
            new PrivacyOptions { HashKeys = $"h1={Keys.Base64("another")}", MasterKeys = Keys.List("m1") },
            new PrivacyOptions { HashKeys = Keys.List("h1"), MasterKeys = $"m1={Keys.Base64("another")}" },
        })
        {
            var error = await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(options));
            Assert.Contains("is not the one", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Keys.Base64("another"), error.Message, StringComparison.Ordinal);
        }

        var missing = await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(["h2"], ["m1"]));
        Assert.Contains("does not know the hash key h1", missing.Message, StringComparison.Ordinal);
        await SharedAsync(["h1"], ["m1"]); // The right one is not affected.
    }

    /// <summary>The twin: with another key nothing matches, and nobody would be told.</summary>
    [Fact]
    public void Without_the_check_a_host_with_another_key_would_find_nobody()
    {
        var right = new KeyedHasher(Keys.Hash("h1"));
        var wrong = new KeyedHasher(KeyRing.ParseHashKeys($"h1={Keys.Base64("another")}", "test"));

        Assert.False(wrong.Matches(right.Hash("phone-number", "13812345678"), "phone-number", "13812345678"));
    }

    [Fact]
    public async Task In_a_cluster_a_new_key_is_known_to_all_before_it_is_used()
    {
        await SharedAsync(["h1"], ["m1"]);

        var early = await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(["h2", "h1"], ["m1"]));
        Assert.Contains("Put it behind the others", early.Message, StringComparison.Ordinal);
        await SharedAsync(["h1", "h2"], ["m1"]);
        await SharedAsync(["h2", "h1"], ["m1"]);

        // And from then on no host comes back that does not know it.
        await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(["h1"], ["m1"]));
    }

    [Fact]
    public async Task One_machine_may_use_a_new_key_at_once()
    {
        await OwnAsync(new PrivacyOptions { HashKeys = Keys.List("h1"), MasterKeys = Keys.List("m1") });

        Assert.Equal("h2", (await OwnAsync(new PrivacyOptions { HashKeys = Keys.List("h2", "h1"), MasterKeys = Keys.List("m1") })).Hash.First.Id);
    }

    [Fact]
    public async Task A_key_is_retired_by_name_and_its_id_is_never_used_for_another()
    {
        await SharedAsync(["h1", "h2"], ["m1"]);
        await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(["h2"], ["m1"]));
        await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(["h2"], ["m1"], "master/h1"));

        await SharedAsync(["h2"], ["m1"], "hash/h1");
        await SharedAsync(["h2"], ["m1"]); // Said once.

        await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(new PrivacyOptions { HashKeys = $"{Keys.List("h2")},h1={Keys.Base64("another")}", MasterKeys = Keys.List("m1") }));
        await SharedAsync(["h2", "h1"], ["m1"]); // The same one may come back.
    }

    [Theory]
    [InlineData("", "holds no key")]
    [InlineData("# only a comment", "holds no key")]
    [InlineData("AAAA", "has no id")]
    [InlineData("K1=AAAA", "has no id")]
    [InlineData("=AAAA", "has no id")]
    [InlineData("k1=not base64!", "is not base64")]
    [InlineData("k1=AAAA", "has 3 bytes")]
    [InlineData("k1=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "the same byte")]
    [InlineData("k1=6rTA1cJ4Xbgpl1vGvYFqfV6HcOAl0b3gYw1ycQ7lPkE=,k1=7rTA1cJ4Xbgpl1vGvYFqfV6HcOAl0b3gYw1ycQ7lPkE=", "two keys with the id k1")]
    public void A_list_that_is_none_is_refused_in_a_sentence(string list, string why)
    {
        foreach (var parse in new Func<string, string, KeyRing>[] { KeyRing.ParseHashKeys, KeyRing.ParseMasterKeys })
        {
            var error = Assert.Throws<PrivacyKeyException>(() => parse(list, "Coordination:Privacy:HashKeys"));
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
            Assert.Contains("Coordination:Privacy:HashKeys", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_master_key_has_exactly_256_bits_and_a_hash_key_may_have_more()
    {
        var long64 = $"k1={Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(10, 32))))}";

        Assert.Equal("k1", KeyRing.ParseHashKeys(long64, "x").First.Id);
        Assert.Throws<PrivacyKeyException>(() => KeyRing.ParseMasterKeys(long64, "x"));
    }

    [Fact]
    public async Task Keys_come_from_a_file_too_and_from_one_place_only()
    {
        var file = folder.Write("hash", $"# two keys\n{Keys.List("h1")}\r\n  {Keys.List("h2")}\n");
        var options = new PrivacyOptions { HashKeysFile = file, MasterKeys = Keys.List("m1") };

        Assert.Equal(["h1", "h2"], (await SharedAsync(options)).Hash.Keys.Select(key => key.Id));
        options.HashKeys = Keys.List("h1");
        Assert.Contains("Set one of them", (await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(options))).Message, StringComparison.Ordinal);
        options = new PrivacyOptions { HashKeysFile = folder.Write("empty", "\n"), MasterKeys = Keys.List("m1") };
        Assert.Contains("is not set", (await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(options))).Message, StringComparison.Ordinal);
        options = new PrivacyOptions { HashKeysFile = folder.File("no-such-file"), MasterKeys = Keys.List("m1") };
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(options))).Message, StringComparison.Ordinal);
        Assert.Contains("is neither", (await Assert.ThrowsAsync<PrivacyKeyException>(() => SharedAsync(["h1"], ["m1"], "h1"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_with_two_master_keys_wraps_all_keys_by_the_first_when_it_starts()
    {
        var before = new PersonVault(Vault, (await SharedAsync(["h1"], ["m1", "m2"])).Master, TimeProvider.System);
        var text = await before.ProtectAsync("accounts/a", "name", "李小明", Cancellation);
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddPrivacy(Vault, await SharedAsync(["h1"], ["m2", "m1"]));
        await using var provider = services.BuildServiceProvider();

        var rotation = Assert.Single(provider.GetServices<IHostedService>());
        await rotation.StartAsync(Cancellation);
        await ((BackgroundService)rotation).ExecuteTask!;

        Assert.Equal("李小明", await new PersonVault(Vault, Keys.Master("m2"), TimeProvider.System).RevealAsync("accounts/a", "name", text, Cancellation));
        Assert.NotNull(provider.GetRequiredService<IKeyedHasher>());
        Assert.NotNull(provider.GetRequiredService<IPersonVault>());
    }

    private Task<PrivacyKeys> OwnAsync(PrivacyOptions options) => PrivacyKeys.OpenAsync(options, OwnFolder, Vault, Cancellation);

    private Task<PrivacyKeys> SharedAsync(PrivacyOptions options) => PrivacyKeys.OpenAsync(options, ownFolder: null, Vault, Cancellation);

    private Task<PrivacyKeys> SharedAsync(string[] hash, string[] master, string? retired = null) =>
        SharedAsync(new PrivacyOptions { HashKeys = Keys.List(hash), MasterKeys = Keys.List(master), Retired = retired });
}
