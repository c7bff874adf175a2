namespace Coordination.Contracts;

/// <summary>
/// Who gives the commands of the calls that are made from here on, in this asynchronous flow. Travels with each call to a grain, so that no
/// call has to name it; what a place stores of a command says so.
/// </summary>
public static class CallActor
{
    private const string Who = "coordination.who";
    private const string For = "coordination.for";
    private const string At = "coordination.at";

    /// <summary>Who gives the command of this call; null when nobody said so.</summary>
    public static Actor? Current =>
        RequestContext.Get(Who) is string who ? new Actor(who, RequestContext.Get(For) as string, RequestContext.Get(At) as string) : null;

    /// <summary>Says who gives the commands of the calls that follow; null says that it is not known.</summary>
    public static void Set(Actor? actor)
    {
        Set(Who, actor?.Who);
        Set(For, actor?.For);
        Set(At, actor?.At);
    }

    private static void Set(string key, string? value)
    {
        if (value is null)
            RequestContext.Remove(key);
        else
            RequestContext.Set(key, value);
    }
}
