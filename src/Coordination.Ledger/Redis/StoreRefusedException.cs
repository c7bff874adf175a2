namespace Coordination.Ledger.Redis;

/// <summary>
/// The Redis answers and must not be used: it lost data, holds another store, or is not set up to keep data. Nothing in it has been
/// changed; the message says what to do.
/// </summary>
public sealed class StoreRefusedException : Exception
{
    public StoreRefusedException()
    {
    }

    public StoreRefusedException(string message)
        : base(message)
    {
    }

    public StoreRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
