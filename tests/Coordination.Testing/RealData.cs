namespace Coordination.Testing;

/// <summary>
/// Recorded real data, which is not part of the code base. Named by the environment variable <c>COORDINATION_DATA</c>, or found in
/// <c>shared/data</c> beside the code base. Tests that use it skip when it is missing.
/// </summary>
public static class RealData
{
    /// <summary>Why a test is skipped.</summary>
    public const string Missing = "Recorded data is not here: set COORDINATION_DATA to its folder.";

    /// <summary>The path of a file; null when it is missing.</summary>
    public static string? Find(params string[] parts)
    {
        foreach (var folder in new[] { Environment.GetEnvironmentVariable("COORDINATION_DATA"), Path.Combine(Repository.Root, "..", "shared", "data") })
        {
            if (string.IsNullOrEmpty(folder))
                continue;
            var path = Path.GetFullPath(Path.Combine([folder, .. parts]));
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
