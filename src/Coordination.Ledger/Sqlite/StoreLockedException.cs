namespace Coordination.Ledger.Sqlite;

/// <summary>Another process has the store open. A store has one writing process; end the other one, or open it for reading only.</summary>
public sealed class StoreLockedException : Exception
{
    public StoreLockedException()
    {
    }

    public StoreLockedException(string message)
        : base(message)
    {
    }

    public StoreLockedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
