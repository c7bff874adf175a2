namespace Coordination.Live.Core;

/// <summary>What a connection can be told besides views; several wait as one value, and are told in the order of their numbers.</summary>
[Flags]
public enum Notice
{
    None = 0,

    /// <summary>Whether the figures are confirmed, as it is when this is written.</summary>
    Status = 1,

    /// <summary>This host leaves; after how long the client is to go elsewhere, counted from when this is written.</summary>
    Goodbye = 2,

    /// <summary>The connection ends now.</summary>
    End = 4,
}
