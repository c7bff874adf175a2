using System.Globalization;
using System.Text;

namespace Coordination.Ledger.Sqlite;

/// <summary>
/// Keeps every other process out of a store: an exclusive lock on a file beside it, held while the file is open. The kernel releases it
/// when the process ends, however it ends. The file stays when the store closes, since deleting it would let two processes lock two
/// files of one name.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    public static StoreLock Take(string storePath)
    {
        var path = storePath + ".lock";
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new StoreLockedException(
                $"The store {storePath} is in use by {SqliteSchema.DescribeOwner(storePath) ?? "another process"}: "
                + $"{path} is locked. A store has one writing process: stop that one first, or open the store for reading only.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The lock file {path} cannot be opened: {error.Message}", error);
        }

        try
        {
            // For people (cat); a full disk must not keep a store from opening.
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        }
        catch (IOException)
        {
        }

        return new StoreLock(file);
    }

    public void Dispose()
    {
        try
        {
            _file.SetLength(0);
        }
        catch (IOException)
        {
        }

        _file.Dispose();
    }
}
