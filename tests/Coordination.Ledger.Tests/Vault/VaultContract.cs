using System.Text;
using Coordination.Ledger.Tests.Stores;
using Coordination.Ledger.Vault;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Vault;

/// <summary>
/// What every <see cref="IVaultStore"/> does. A vault joins by deriving and saying how it is opened; each test has data of its own, and
/// opening again after disposing finds the same data.
/// </summary>
public abstract partial class VaultContract : IAsyncLifetime
{
    private IVaultStore? _vault;

    /// <summary>Opens the vault of this test.</summary>
    protected abstract Task<IVaultStore> OpenVaultAsync();

    /// <summary>Closes what was opened last.</summary>
    protected abstract ValueTask CloseAsync();

    protected IVaultStore Vault => _vault ?? throw new InvalidOperationException("The vault is not open.");

    public async ValueTask InitializeAsync() => _vault = await OpenVaultAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync()
    {
        await CloseAsync();
        _vault = await OpenVaultAsync();
    }

    [Fact]
    public async Task What_was_put_is_found_also_after_a_restart()
    {
        Assert.Null(await FindAsync("persons/a/key"));

        var version = await PutAsync("persons/a/key", "one", 0);

        Assert.Equal(("one", version!.Value), await FindAsync("persons/a/key"));
        await ReopenAsync();
        Assert.Equal(("one", version.Value), await FindAsync("persons/a/key"));
        Assert.Null(await FindAsync("persons/a/ke"));
        Assert.Null(await FindAsync("persons/a/key/"));
    }

    [Fact]
    public async Task A_value_is_replaced_only_at_the_version_that_is_known()
    {
        var first = (await PutAsync("a", "one", 0))!.Value;

        Assert.Null(await PutAsync("a", "other", 0));
        Assert.Null(await PutAsync("a", "other", first + 1));
        Assert.Null(await PutAsync("b", "other", first));
        Assert.Equal(("one", first), await FindAsync("a"));

        var second = (await PutAsync("a", "two", first))!.Value;
        Assert.True(second > first);
        Assert.Null(await PutAsync("a", "other", first));
        Assert.Equal(("two", second), await FindAsync("a"));
    }

    [Fact]
    public async Task What_was_removed_is_gone_also_after_a_restart()
    {
        await PutAsync("a", "one", 0);
        await PutAsync("ab", "stays", 0);

        Assert.True(await Vault.RemoveAsync("a", Cancellation));
        Assert.False(await Vault.RemoveAsync("a", Cancellation));
        Assert.False(await Vault.RemoveAsync("never", Cancellation));

        Assert.Null(await FindAsync("a"));
        await ReopenAsync();
        Assert.Null(await FindAsync("a"));
        Assert.Equal(["ab"], await NamesAsync(""));
    }

    /// <summary>Otherwise who knew the value before could overwrite one that somebody made since.</summary>
    [Fact]
    public async Task A_version_of_a_removed_value_never_comes_back()
    {
        var first = (await PutAsync("a", "one", 0))!.Value;
        await Vault.RemoveAsync("a", Cancellation);
        await ReopenAsync();

        Assert.Null(await PutAsync("a", "late", first));
        var second = (await PutAsync("a", "two", 0))!.Value;

        Assert.True(second > first);
        Assert.Null(await PutAsync("a", "late", first));
        Assert.Equal(("two", second), await FindAsync("a"));
    }

    [Fact]
    public async Task Of_many_who_put_the_same_at_once_exactly_one_succeeds()
    {
        for (var round = 0; round < 20; round++)
        {
            var name = $"race/{round}";
            var put = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => PutAsync(name, $"by {n}", 0))));

            var winner = Array.FindIndex(put, version => version is not null);
            Assert.Equal(1, put.Count(version => version is not null));
            Assert.Equal(($"by {winner}", put[winner]!.Value), await FindAsync(name));
        }
    }

    [Fact]
    public async Task Values_are_listed_by_prefix_in_the_byte_order_of_their_names()
    {
        string[] names = ["persons/a/key", "persons/a-b/key", "persons/a.b", "persons/a_b", "persons/a:b", "persons/a0", "persons", "person", "persons/", "keys/hash", "0", "zz"];
        foreach (var name in names)
            await PutAsync(name, "value of " + name, 0);

        foreach (var prefix in names.Concat(["", "persons/a", "p", "x", "persons/a/", "zzz"]))
            Assert.Equal(names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal), await NamesAsync(prefix));
        await foreach (var entry in Vault.ListAsync("", Cancellation))
            Assert.Equal("value of " + entry.Name, Encoding.UTF8.GetString(entry.Value.Span));
    }

    [Fact]
    public async Task Long_lists_are_whole_and_in_order()
    {
        var names = Enumerable.Range(0, 700).Select(n => $"persons/{n:D4}/key").ToArray();
        await Task.WhenAll(names.Select(name => PutAsync(name, name, 0)));
        await PutAsync("persons", "x", 0);
        await PutAsync("personsx", "x", 0);

        Assert.Equal(names, await NamesAsync("persons/"));
    }

    [Fact]
    public async Task Names_have_1_to_200_characters_of_a_path()
    {
        var longest = new string('a', 200);
        await PutAsync(longest, "x", 0);
        await PutAsync("az09:/_.-", "x", 0);

        foreach (var name in new[] { "", longest + "a", "A", "a b", "京", "a\n", "a\0", "a*", "a%", "a{b}" })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => FindAsync(name));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => PutAsync(name, "x", 0));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Vault.RemoveAsync(name, Cancellation));
            if (name.Length > 0)
                await Assert.ThrowsAnyAsync<ArgumentException>(() => NamesAsync(name));
        }

        Assert.Equal(2, (await NamesAsync("")).Count);
    }

    [Fact]
    public async Task Values_have_1_byte_to_64_KiB_of_anything()
    {
        var largest = new byte[64 << 10];
        Random.Shared.NextBytes(largest);
        var version = await Vault.TryPutAsync("large", largest, 0, Cancellation);
        await Vault.TryPutAsync("nul", new byte[] { 0 }, 0, Cancellation);

        Assert.Equal(largest, (await Vault.FindAsync("large", Cancellation))!.Value.ToArray());
        Assert.Equal([0], (await Vault.FindAsync("nul", Cancellation))!.Value.ToArray());
        await Assert.ThrowsAnyAsync<ArgumentException>(() => PutAsync("empty", "", 0));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Vault.TryPutAsync("larger", new byte[(64 << 10) + 1], 0, Cancellation));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => PutAsync("negative", "x", -1));
        Assert.Equal(largest[10..20], (await Vault.FindAsync("large", Cancellation))!.Value[10..20].ToArray());
        Assert.NotNull(await Vault.TryPutAsync("large", largest.AsMemory(5, 7), version!.Value, Cancellation));
        Assert.Equal(largest[5..12], (await Vault.FindAsync("large", Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task A_caller_that_is_gone_before_changes_nothing()
    {
        await PutAsync("a", "one", 0);
        var gone = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Vault.TryPutAsync("b", new byte[1], 0, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Vault.RemoveAsync("a", gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Vault.FindAsync("a", gone));

        Assert.Equal(["a"], await NamesAsync(""));
    }

    [Fact]
    public async Task A_closed_vault_says_so()
    {
        await PutAsync("a", "one", 0);
        await CloseAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => FindAsync("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => PutAsync("b", "x", 0));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Vault.RemoveAsync("a", Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => NamesAsync(""));
    }

    protected Task<long?> PutAsync(string name, string text, long expectedVersion) =>
        Vault.TryPutAsync(name, text.Bytes(), expectedVersion, Cancellation).AsTask();

    protected async Task<(string Text, long Version)?> FindAsync(string name) =>
        await Vault.FindAsync(name, Cancellation) is { } entry ? (entry.Value.Text(), entry.Version) : null;

    protected async Task<List<string>> NamesAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var entry in Vault.ListAsync(prefix, Cancellation))
            names.Add(entry.Name);
        return names;
    }
}
