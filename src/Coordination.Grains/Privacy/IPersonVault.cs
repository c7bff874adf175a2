namespace Coordination.Grains.Privacy;

/// <summary>
/// Contact data of people, encrypted with a key per person that lies in the vault, outside the event store. Whoever keeps only the
/// protected text keeps nothing once the person was erased: the history stays valid and cannot be read.
/// </summary>
/// <remarks>
/// A person is named by a path such as <c>accounts/0192f0c1-…</c>, 1 to 180 characters of <c>a-z 0-9 : / _ . -</c>, without personal data in it.
/// Failure: <see cref="Ledger.StoreUnavailableException"/> when the vault cannot be asked; nothing is guessed. Thread-safe.
/// </remarks>
public interface IPersonVault
{
    /// <summary>Encrypts a text for one person and one purpose. The person's key is made at the first one.</summary>
    /// <param name="person">Whose it is.</param>
    /// <param name="purpose">What it is (<c>phone-number</c>, <c>name</c>); it must be said again to read it.</param>
    /// <param name="plaintext">At most 64 KiB of UTF-8.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>Text (base64url) to put into events and states. Protecting the same text twice gives two that differ.</returns>
    /// <exception cref="PersonErasedException">The person was erased.</exception>
    ValueTask<string> ProtectAsync(string person, string purpose, string plaintext, CancellationToken cancellation = default);

    /// <summary>Reads a protected text.</summary>
    /// <returns>The plaintext; null when the person was erased.</returns>
    /// <exception cref="ProtectedTextException">
    /// It is no protected text, was changed, or is of another person or purpose; or the person's key is not in the vault although the person
    /// was not erased, as after a loss of the vault.
    /// </exception>
    ValueTask<string?> RevealAsync(string person, string purpose, string protectedText, CancellationToken cancellation = default);

    /// <summary>
    /// Destroys the person's key, durably. Everything protected for the person is unreadable from then on: at once on this host, within
    /// 30 seconds on the others. Nothing can be protected for this person again. To be called again after a failure; it may be
    /// called any number of times.
    /// </summary>
    ValueTask EraseAsync(string person, CancellationToken cancellation = default);

    /// <summary>Whether the person was erased; also true while an erasure that failed halfway has to be repeated.</summary>
    ValueTask<bool> IsErasedAsync(string person, CancellationToken cancellation = default);

    /// <summary>
    /// Wraps every person's key with the master key that comes first, so that older ones can be retired. May run beside everything else, and be
    /// repeated after an interruption.
    /// </summary>
    /// <returns>How many keys were wrapped anew, and how many needed nothing.</returns>
    ValueTask<RewrapResult> RewrapAsync(CancellationToken cancellation = default);
}

/// <summary>What a walk over all keys did.</summary>
/// <param name="Rewrapped">Keys that were wrapped by an older master key and are not any more.</param>
/// <param name="Current">Keys that were wrapped by the first master key before.</param>
public readonly record struct RewrapResult(int Rewrapped, int Current);

/// <summary>Nothing can be protected for a person who was erased.</summary>
public sealed class PersonErasedException : Exception
{
    public PersonErasedException()
    {
    }

    public PersonErasedException(string message)
        : base(message)
    {
    }

    public PersonErasedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A protected text cannot be read, and not because its person was erased. The message contains no personal data.</summary>
public sealed class ProtectedTextException : Exception
{
    public ProtectedTextException()
    {
    }

    public ProtectedTextException(string message)
        : base(message)
    {
    }

    public ProtectedTextException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
