using Microsoft.Data.Sqlite;

namespace Coordination.Ledger.Sqlite;

/// <summary>Says what a SQLite error means for the person who runs the server.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static bool IsNotADatabase(SqliteException error) => error.SqliteErrorCode == NotADatabase;

    public static StoreUnavailableException Unavailable(string path, SqliteException error) =>
        new($"The store {path} cannot do its work: {Explain(path, error)} (SQLite {error.SqliteExtendedErrorCode}: {error.Message})", error);

    private static string Explain(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        Full => $"the disk is full{FreeSpace(path)}. Free some space; the store goes on by itself.",
        Busy or Locked => "another program holds its write lock. End that program's transaction; the store goes on by itself.",
        ReadOnly => "the file or its disk is read-only. Check the permissions and the mount.",
        InputOutput => $"the disk reports an error{FreeSpace(path)}. Check the disk and the kernel's log.",
        Corrupt => "the file is damaged. Stop the server, keep a copy, and check it with `PRAGMA integrity_check`.",
        CannotOpen => "the file cannot be opened. Check that its folder exists, the permissions, and the limit on open files.",
        NotADatabase => "the file is not a SQLite database.",
        _ => "SQLite reports an error.",
    };

    private static string FreeSpace(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path);
            return folder is null ? "" : $" ({new DriveInfo(folder).AvailableFreeSpace} bytes free in {folder})";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
