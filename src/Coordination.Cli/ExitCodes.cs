namespace Coordination.Cli;

/// <summary>What the tool tells the shell.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The work could not be done, or a check found a difference.</summary>
    public const int Failed = 1;

    /// <summary>The command line is not understood, or names what is not there.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C or SIGTERM.</summary>
    public const int Interrupted = 130;
}

/// <summary>The command line names something that cannot be used; the message says what and is all that is printed.</summary>
internal sealed class UsageException(string message) : Exception(message);
