namespace Coordination.Contracts;

/// <summary>
/// Who gives a command, as paths of subjects: <c>accounts/{id}</c>, <c>devices/{id}</c>, <c>programs/{id}</c>, <c>system</c> for what a place does by itself, and
/// <c>system/{part}</c> for a part of the server that acts by itself.
/// </summary>
public sealed record Actor
{
    /// <summary>Most characters of each path.</summary>
    public const int MaxLength = 200;

    /// <param name="who">Who gives the command.</param>
    /// <param name="for">For whom, when that is somebody else.</param>
    /// <param name="at">Through what: a gate, a counter.</param>
    /// <exception cref="ArgumentException">One has no characters, more than <see cref="MaxLength"/>, or control characters.</exception>
    public Actor(string who, string? @for = null, string? at = null)
    {
        ArgumentNullException.ThrowIfNull(who);
        Who = Checked(who, nameof(who));
        For = @for is null ? null : Checked(@for, nameof(@for));
        At = at is null ? null : Checked(at, nameof(at));
    }

    /// <summary>A place, for what falls due in it.</summary>
    public static Actor System { get; } = new("system");

    /// <summary>The places that a server is started with.</summary>
    public static Actor Seeds { get; } = new("system/seeds");

    /// <summary>The traffic that is made up for a demonstration.</summary>
    public static Actor Simulator { get; } = new("system/simulator");

    /// <summary>Who gives the command.</summary>
    public string Who { get; }

    /// <summary>For whom; null when for oneself or nobody in particular.</summary>
    public string? For { get; }

    /// <summary>Through what; null when that is not known.</summary>
    public string? At { get; }

    private static string Checked(string path, string name)
    {
        if (path.Length is 0 or > MaxLength || path.Any(char.IsControl))
            throw new ArgumentException($"The path of a subject has 1 to {MaxLength} characters and no control characters.", name);
        return path;
    }
}
