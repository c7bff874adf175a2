namespace Coordination.Ledger.Sqlite;

/// <summary>
/// The file is not a store that this program can read: no database, another program's database, or a store that a newer version
/// wrote. Nothing in it has been changed.
/// </summary>
public sealed class StoreFormatException : Exception
{
    public StoreFormatException()
    {
    }

    public StoreFormatException(string message)
        : base(message)
    {
    }

    public StoreFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
