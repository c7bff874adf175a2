using System.Reflection;

namespace Coordination.Testing;

/// <summary>Where the code base and what was built from it are.</summary>
public static class Repository
{
    /// <summary>The root of the code base.</summary>
    public static string Root { get; } = Remembered("RepositoryRoot");

    /// <summary>The built <c>Coordination.Server.dll</c>.</summary>
    public static string ServerPath { get; } = Remembered("ServerPath");

    /// <summary>A file or folder of the code base.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Remembered(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == key)?.Value is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"The build did not note {key}.");
}
