namespace Coordination.Server.Defence;

/// <summary>
/// How much one sender may ask for, on this host: a rate that may go on for ever, and a burst that may come at once. A rate of 0 is no
/// limit. Lines of <c>/api/ingest</c> and messages on a live connection are not requests: a stream counts once, when it is opened.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>Requests a second from one remote address; an IPv6 address counts by its /64 network.</summary>
    public int AddressPerSecond { get; set; } = 1000;

    /// <summary>Requests at once from one remote address.</summary>
    public int AddressBurst { get; set; } = 3000;

    /// <summary>Requests a second of one account, device or program that has signed in.</summary>
    public int SubjectPerSecond { get; set; } = 200;

    /// <summary>Requests at once of one account, device or program that has signed in.</summary>
    public int SubjectBurst { get; set; } = 1000;

    /// <summary>Commands and inputs a second for one place, whoever sends them.</summary>
    public int PlacePerSecond { get; set; } = 500;

    /// <summary>Commands and inputs at once for one place, whoever sends them.</summary>
    public int PlaceBurst { get; set; } = 2000;

    /// <summary>Attempts a minute to sign in, to ask for a code or the like, from one remote address.</summary>
    public int SignInPerMinute { get; set; } = 30;

    /// <summary>Such attempts at once from one remote address.</summary>
    public int SignInBurst { get; set; } = 20;

    /// <summary>One-time tickets a minute for one remote address; each live connection of somebody who signed in takes one.</summary>
    public int TicketPerMinute { get; set; } = 600;

    /// <summary>One-time tickets at once for one remote address.</summary>
    public int TicketBurst { get; set; } = 256;

    /// <summary>Connections of all kinds that are open at a time; further ones are closed at once.</summary>
    public int MaxConnections { get; set; } = 50_000;
}
