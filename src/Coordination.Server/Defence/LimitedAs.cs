namespace Coordination.Server.Defence;

/// <summary>A stricter limit of requests than usual, by its name.</summary>
internal sealed class LimitedAs
{
    /// <summary>Attempts to sign in, to have a code or a letter sent, to change a secret.</summary>
    public const string SignIn = "sign-in";

    /// <summary>One-time tickets for live connections.</summary>
    public const string Ticket = "ticket";

    public LimitedAs(string name) =>
        Name = name is SignIn or Ticket ? name : throw new ArgumentException($"There is no limit '{name}': {SignIn} or {Ticket}.", nameof(name));

    public string Name { get; }
}

/// <summary>What endpoints say of themselves to the defence of the server.</summary>
internal static class DefenceConventions
{
    /// <summary>Holds an endpoint to a stricter limit: <see cref="LimitedAs.SignIn"/> or <see cref="LimitedAs.Ticket"/>.</summary>
    public static TBuilder LimitedAs<TBuilder>(this TBuilder endpoint, string name)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new LimitedAs(name));

    /// <summary>Its answers are about a person: no browser and no proxy keeps them.</summary>
    public static TBuilder HoldsPersonalData<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(PersonalData.Instance);
}

/// <summary>Marks an endpoint whose answers are about a person.</summary>
internal sealed class PersonalData
{
    public static PersonalData Instance { get; } = new();
}
