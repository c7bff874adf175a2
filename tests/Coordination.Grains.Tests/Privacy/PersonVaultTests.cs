using Coordination.Grains.Privacy;
using Coordination.Ledger;
using Coordination.Ledger.Vault;
using Coordination.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Grains.Tests.Privacy;

/// <summary>What is protected is read by who may, until the person is erased, and by nobody afterwards.</summary>
public sealed class PersonVaultTests : IAsyncLifetime
{
    private const string Person = "accounts/0192f0c1-2d3e-7abc-8def-001122334455";
    private const string Other = "accounts/0192f0c1-2d3e-7abc-8def-554433221100";
    private const string Phone = "13812345678";

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-05-01T08:00:00+08:00", System.Globalization.CultureInfo.InvariantCulture));
    private SqliteVaultStore? open;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SqliteVaultStore Store => open!;

    private string VaultPath => folder.File("vault.db");

    public async ValueTask InitializeAsync() => open = await SqliteVaultStore.OpenAsync(VaultPath, time);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_protected_text_is_read_on_every_host_and_after_a_restart()
    {
        var text = await Host().ProtectAsync(Person, "phone-number", Phone, Cancellation);
        var name = await Host().ProtectAsync(Person, "name", "李小明", Cancellation);

        Assert.Matches("^[A-Za-z0-9_-]+$", text);
        Assert.Equal(Phone, await Host().RevealAsync(Person, "phone-number", text, Cancellation));
        await RestartAsync();
        Assert.Equal(Phone, await Host().RevealAsync(Person, "phone-number", text, Cancellation));
        Assert.Equal("李小明", await Host().RevealAsync(Person, "name", name, Cancellation));
        Assert.Equal("", await Host().RevealAsync(Person, "name", await Host().ProtectAsync(Person, "name", "", Cancellation), Cancellation));
    }

    [Fact]
    public async Task The_same_text_is_protected_differently_each_time()
    {
        var host = Host();

        Assert.NotEqual(await host.ProtectAsync(Person, "name", "李小明", Cancellation), await host.ProtectAsync(Person, "name", "李小明", Cancellation));
    }

    [Fact]
    public async Task A_text_put_in_the_place_of_another_is_refused()
    {
        var host = Host();
        var text = await host.ProtectAsync(Person, "phone-number", Phone, Cancellation);
        await host.ProtectAsync(Other, "phone-number", "13900000000", Cancellation);

        await Assert.ThrowsAsync<ProtectedTextException>(async () => await host.RevealAsync(Other, "phone-number", text, Cancellation));
        await Assert.ThrowsAsync<ProtectedTextException>(async () => await host.RevealAsync(Person, "name", text, Cancellation));
        Assert.Equal(Phone, await host.RevealAsync(Person, "phone-number", text, Cancellation));
    }

    [Fact]
    public async Task A_key_put_in_the_place_of_another_is_refused()
    {
        await Host().ProtectAsync(Person, "phone-number", Phone, Cancellation);
        await Host().ProtectAsync(Other, "phone-number", "13900000000", Cancellation);
        var mine = (await Store.FindAsync($"persons/{Person}/key", Cancellation))!;
        var theirs = (await Store.FindAsync($"persons/{Other}/key", Cancellation))!;
        await Store.TryPutAsync(theirs.Name, mine.Value, theirs.Version, Cancellation);

        await Assert.ThrowsAsync<ProtectedTextException>(async () => await Host().ProtectAsync(Other, "phone-number", Phone, Cancellation));
    }

    [Fact]
    public async Task A_text_that_was_changed_anywhere_is_refused()
    {
        var host = Host();
        var text = await host.ProtectAsync(Person, "phone-number", Phone, Cancellation);
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(text);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            var changed = System.Buffers.Text.Base64Url.EncodeToString(bytes);
            await Assert.ThrowsAsync<ProtectedTextException>(async () => await host.RevealAsync(Person, "phone-number", changed, Cancellation));
            bytes[i] ^= 1;
        }

        foreach (var wrong in new[] { "", "AA", "13812345678", "not base64url!", text[..^4], text + "AAAA" })
            await Assert.ThrowsAsync<ProtectedTextException>(async () => await host.RevealAsync(Person, "phone-number", wrong, Cancellation));
    }

    [Fact]
    public async Task After_an_erasure_everything_of_the_person_is_unreadable_also_after_a_restart_and_on_other_hosts()
    {
        var (host, other) = (Host(), Host());
        var texts = new List<string>();
        foreach (var word in new[] { "one", "two", "three" })
            texts.Add(await host.ProtectAsync(Person, "note", word, Cancellation));
        var stays = await host.ProtectAsync(Other, "note", "stays", Cancellation);
        Assert.Equal("one", await other.RevealAsync(Person, "note", texts[0], Cancellation));

        await host.EraseAsync(Person, Cancellation);

        foreach (var text in texts)
            Assert.Null(await host.RevealAsync(Person, "note", text, Cancellation)); // At once.
        time.Advance(PersonVault.CacheTime);
        foreach (var text in texts)
            Assert.Null(await other.RevealAsync(Person, "note", text, Cancellation)); // Within the time of the cache.
        await RestartAsync();
        foreach (var text in texts)
            Assert.Null(await Host().RevealAsync(Person, "note", text, Cancellation));
        Assert.Equal("stays", await Host().RevealAsync(Other, "note", stays, Cancellation));
        Assert.Null(await Store.FindAsync($"persons/{Person}/key", Cancellation));
    }

    [Fact]
    public async Task Nothing_can_be_protected_for_an_erased_person_on_any_host()
    {
        var (host, other) = (Host(), Host());
        var text = await other.ProtectAsync(Person, "note", "one", Cancellation);
        Assert.Equal("one", await other.RevealAsync(Person, "note", text, Cancellation)); // Its key is in the cache of the other host.

        await host.EraseAsync(Person, Cancellation);
        await host.EraseAsync(Person, Cancellation);

        foreach (var each in new[] { host, other, Host() })
        {
            Assert.True(await each.IsErasedAsync(Person, Cancellation));
            await Assert.ThrowsAsync<PersonErasedException>(async () => await each.ProtectAsync(Person, "note", "two", Cancellation));
        }

        await host.EraseAsync(Other, Cancellation); // Also one of whom nothing was ever kept.
        await Assert.ThrowsAsync<PersonErasedException>(async () => await other.ProtectAsync(Other, "note", "two", Cancellation));
    }

    /// <summary>The twin: what a backup of the vault from before brings back, and why it must be short-lived.</summary>
    [Fact]
    public async Task A_backup_of_the_vault_from_before_an_erasure_would_bring_the_person_back()
    {
        var text = await Host().ProtectAsync(Person, "phone-number", Phone, Cancellation);
        await Store.DisposeAsync();
        File.Copy(VaultPath, folder.File("backup.db"));
        open = await SqliteVaultStore.OpenAsync(VaultPath, time);
        await Host().EraseAsync(Person, Cancellation);
        await Store.DisposeAsync();

        File.Copy(folder.File("backup.db"), VaultPath, overwrite: true);
        open = await SqliteVaultStore.OpenAsync(VaultPath, time);

        Assert.Equal(Phone, await Host().RevealAsync(Person, "phone-number", text, Cancellation));
        await Host().EraseAsync(Person, Cancellation); // What is to be done after a restore.
        Assert.Null(await Host().RevealAsync(Person, "phone-number", text, Cancellation));
    }

    [Fact]
    public async Task A_lost_key_is_not_taken_for_an_erasure()
    {
        var text = await Host().ProtectAsync(Person, "phone-number", Phone, Cancellation);
        await Store.RemoveAsync($"persons/{Person}/key", Cancellation);

        var error = await Assert.ThrowsAsync<ProtectedTextException>(async () => await Host().RevealAsync(Person, "phone-number", text, Cancellation));

        Assert.Contains("was not erased", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erasure_that_failed_halfway_holds_and_can_be_repeated()
    {
        var store = new HookedVault(Store);
        var host = new PersonVault(store, Keys.Master("m1"), time);
        var text = await host.ProtectAsync(Person, "phone-number", Phone, Cancellation);
        store.BeforeRemove = () => throw new StoreUnavailableException("The disk is full.");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await host.EraseAsync(Person, Cancellation));
        Assert.Null(await host.RevealAsync(Person, "phone-number", text, Cancellation));
        Assert.NotNull(await Store.FindAsync($"persons/{Person}/key", Cancellation));

        store.BeforeRemove = null;
        await host.EraseAsync(Person, Cancellation);
        Assert.Null(await Store.FindAsync($"persons/{Person}/key", Cancellation));
    }

    [Fact]
    public async Task A_key_that_was_read_before_an_erasure_is_not_kept_after_it()
    {
        var text = await Host().ProtectAsync(Person, "phone-number", Phone, Cancellation);
        var store = new HookedVault(Store);
        var host = new PersonVault(store, Keys.Master("m1"), time);
        var erased = false;
        store.AfterFind = async name =>
        {
            // The erasure comes between the last look into the vault and the cache.
            if (name.EndsWith("/erased", StringComparison.Ordinal) && !erased)
            {
                erased = true;
                await host.EraseAsync(Person, Cancellation);
            }
        };

        await host.RevealAsync(Person, "phone-number", text, Cancellation);

        Assert.True(erased);
        Assert.Null(await host.RevealAsync(Person, "phone-number", text, Cancellation));
    }

    [Fact]
    public async Task An_erasure_while_a_key_is_made_leaves_no_key()
    {
        var store = new HookedVault(Store);
        var slow = new PersonVault(store, Keys.Master("m1"), time);
        var erased = false;
        store.BeforePut = async name =>
        {
            if (name.EndsWith("/key", StringComparison.Ordinal) && !erased)
            {
                erased = true;
                await Host().EraseAsync(Person, Cancellation);
            }
        };

        await Assert.ThrowsAsync<PersonErasedException>(async () => await slow.ProtectAsync(Person, "phone-number", Phone, Cancellation));

        Assert.True(erased);
        Assert.Null(await Store.FindAsync($"persons/{Person}/key", Cancellation));
    }

    [Fact]
    public async Task Whatever_happens_at_once_no_key_outlives_an_erasure_and_all_hosts_share_one_key()
    {
        for (var round = 0; round < 30; round++)
        {
            var person = $"accounts/{round}";
            var hosts = Enumerable.Range(0, 4).Select(_ => Host()).ToArray();
            var protecting = hosts.Select(host => Task.Run(() => TryProtectAsync(host, person, round), Cancellation));
            var erasing = Task.Run(() => round % 2 == 0 ? hosts[0].EraseAsync(person, Cancellation).AsTask() : Task.CompletedTask, Cancellation);
            var texts = (await Task.WhenAll(protecting)).Where(text => text is not null).ToArray();
            await erasing;

            time.Advance(PersonVault.CacheTime);
            foreach (var text in texts)
                Assert.Equal(round % 2 == 0 ? null : $"{round}", await hosts[1].RevealAsync(person, "note", text!, Cancellation));
            Assert.Equal(round % 2 == 0, await Store.FindAsync($"persons/{person}/key", Cancellation) is null);
        }
    }

    [Fact]
    public async Task A_master_key_is_replaced_and_everything_stays_readable()
    {
        var texts = new Dictionary<string, string>();
        for (var i = 0; i < 150; i++)
            texts[$"accounts/{i}"] = await Host("m1").ProtectAsync($"accounts/{i}", "note", $"{i}", Cancellation);
        await Host("m1").EraseAsync("accounts/7", Cancellation);

        Assert.Equal(new RewrapResult(0, 149), await Host("m1", "m2").RewrapAsync(Cancellation)); // The new key is known, and not used.
        texts["accounts/new"] = await Host("m2", "m1").ProtectAsync("accounts/new", "note", "new", Cancellation);
        Assert.Equal(new RewrapResult(149, 1), await Host("m2", "m1").RewrapAsync(Cancellation));
        Assert.Equal(new RewrapResult(0, 150), await Host("m2", "m1").RewrapAsync(Cancellation));

        await RestartAsync();
        var retired = Host("m2");
        foreach (var (person, text) in texts)
            Assert.Equal(person is "accounts/7" ? null : person["accounts/".Length..], await retired.RevealAsync(person, "note", text, Cancellation));
    }

    /// <summary>The twin: what happens to who retires a master key too early, and how it is undone.</summary>
    [Fact]
    public async Task A_master_key_that_is_retired_before_the_keys_are_wrapped_anew_is_missed_by_name()
    {
        var text = await Host("m1").ProtectAsync(Person, "note", "one", Cancellation);

        var error = await Assert.ThrowsAsync<ProtectedTextException>(async () => await Host("m2").RevealAsync(Person, "note", text, Cancellation));

        Assert.Contains("master key m1", error.Message, StringComparison.Ordinal);
        Assert.Equal("one", await Host("m2", "m1").RevealAsync(Person, "note", text, Cancellation));
    }

    [Fact]
    public async Task Wrapping_anew_does_not_bring_back_who_is_erased_meanwhile()
    {
        await Host("m1").ProtectAsync(Person, "note", "one", Cancellation);
        var store = new HookedVault(Store) { BeforePut = async _ => await Host("m1").EraseAsync(Person, Cancellation) };

        Assert.Equal(new RewrapResult(0, 0), await new PersonVault(store, Keys.Master("m2", "m1"), time).RewrapAsync(Cancellation));

        Assert.Null(await Store.FindAsync($"persons/{Person}/key", Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Accounts/A")]
    [InlineData("张三")]
    public async Task A_person_is_named_by_a_path(string person)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Host().ProtectAsync(person, "note", "x", Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Host().EraseAsync(person, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Host().ProtectAsync(new string('a', 181), "note", "x", Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Host().ProtectAsync(Person, "note", new string('园', 30_000), Cancellation));
    }

    /// <summary>Another host: what it knows is in the vault.</summary>
    private PersonVault Host(params string[] masters) => new(Store, Keys.Master(masters is [] ? ["m1"] : masters), time);

    private async Task RestartAsync()
    {
        await Store.DisposeAsync();
        open = await SqliteVaultStore.OpenAsync(VaultPath, time);
    }

    private static async Task<string?> TryProtectAsync(PersonVault host, string person, int round)
    {
        try
        {
            return await host.ProtectAsync(person, "note", $"{round}", Cancellation);
        }
        catch (PersonErasedException)
        {
            return null;
        }
    }
}
