using System.Security.Cryptography;
using System.Text;

namespace Coordination.Ledger.Redis;

/// <summary>A Lua script and the hash by which Redis knows it.</summary>
internal sealed class RedisScript(string text)
{
    public string Text { get; } = text;

    /// <summary>SHA-1, as <c>EVALSHA</c> wants it.</summary>
    public byte[] Hash { get; } = SHA1.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>
/// The scripts that work on a store. Their text begins with the store's identity, so that their hashes are this store's alone.
/// </summary>
/// <remarks>
/// They are called by hash only. A Redis that was restarted does not know them (since version 7 it does not keep scripts), answers so, and
/// is looked at before it gets them: nothing can be written to a Redis that came back with something else before anybody noticed.
/// </remarks>
internal sealed class RedisScripts
{
    /// <param name="store">Names the store.</param>
    /// <param name="isGuarded">False for a twin: works on whatever is there.</param>
    /// <param name="isReadOnly">
    /// Only those that read, under hashes of their own: who only reads notes nothing, and must not make Redis look as if it had been met.
    /// </param>
    public RedisScripts(string store, bool isGuarded, bool isReadOnly)
    {
        var begin = $"-- {store}{(isReadOnly ? " to read" : "")}\n" + (isGuarded ? Text("guard") : "local commits = 0\n");
        Append = new(begin + Text("append"));
        Open = new(begin + Text("open"));
        WriteSnapshot = new(begin + Text("snapshot"));
        Probe = new(begin + Text("probe"));
        Heads = new(begin + Text("heads"));
        Names = new(begin + Text("names"));
        Read = new(begin + Text("read"));
        ReadSnapshot = new(begin + Text("readsnapshot"));
        Import = new(begin + Text("import"));
        RaiseEpoch = new(begin + Text("epoch"));
        ReadVault = new(begin + Text("vaultread"));
        PutVault = new(begin + Text("vaultput"));
        RemoveVault = new(begin + Text("vaultremove"));
        Used = [Heads, Names, Read, ReadSnapshot, ReadVault];
        if (!isReadOnly)
            Used = [.. Used, Append, Open, WriteSnapshot, Probe, Import, RaiseEpoch, PutVault, RemoveVault];
    }

    /// <summary>Looks at a bucket; not guarded, it is what the guard relies on.</summary>
    public static string Meet { get; } = Text("meet");

    /// <summary>Creates a bucket; not guarded, there is nothing yet.</summary>
    public static string Create { get; } = Text("create");

    public RedisScript Append { get; }

    public RedisScript Open { get; }

    public RedisScript WriteSnapshot { get; }

    public RedisScript Probe { get; }

    public RedisScript Heads { get; }

    public RedisScript Names { get; }

    public RedisScript Read { get; }

    public RedisScript ReadSnapshot { get; }

    public RedisScript Import { get; }

    public RedisScript RaiseEpoch { get; }

    public RedisScript ReadVault { get; }

    public RedisScript PutVault { get; }

    public RedisScript RemoveVault { get; }

    /// <summary>Those that Redis is given.</summary>
    public IReadOnlyList<RedisScript> Used { get; }

    private static string Text(string name)
    {
        using var stream = typeof(RedisScripts).Assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"The script {name}.lua is not built in.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
