using System.Text.Json;

namespace Coordination.Cli.Import;

/// <summary>A place described in a seed file.</summary>
/// <param name="Place">Path such as <c>parking-lots/jingtie-north</c>.</param>
/// <param name="Profile">As <c>PUT</c> takes it.</param>
internal sealed record SeedPlace(string Place, JsonElement Profile);

/// <summary>Places to start with, as JSON: <c>{ "communities", "parkingLots", "scenicAreas" }</c>, each an object of profiles by slug.</summary>
internal static class SeedFile
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Files as they are, directories as their <c>*.json</c> files by name.</summary>
    /// <exception cref="UsageException">A path does not exist, or a directory has no such file.</exception>
    public static IEnumerable<string> Expand(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                var files = Directory.GetFiles(path, "*.json");
                if (files.Length == 0)
                    throw new UsageException($"there is no *.json in {path}");
                Array.Sort(files, StringComparer.Ordinal);
                foreach (var file in files)
                    yield return file;
            }
            else if (File.Exists(path))
                yield return path;
            else
                throw new UsageException($"there is no file or directory {path}");
        }
    }

    /// <summary>The places of a file: car parks and scenic areas first, so that a community finds its own.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON of this form.</exception>
    public static IReadOnlyList<SeedPlace> Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), Options);
            return Read(file, document.RootElement);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file}: {error.Message}", error);
        }
    }

    private static List<SeedPlace> Read(string file, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{file}: a seed file is an object with communities, parkingLots and scenicAreas.");
        var places = new List<(int Order, SeedPlace Place)>();
        foreach (var group in root.EnumerateObject())
        {
            var (order, path) = group.Name switch
            {
                "parkingLots" => (0, "parking-lots"),
                "scenicAreas" => (1, "scenic-areas"),
                "communities" => (2, "communities"),
                _ => throw new InvalidDataException($"{file}: '{group.Name}' is none of communities, parkingLots, scenicAreas."),
            };
            if (group.Value.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{file}: '{group.Name}' is not an object of profiles by slug.");
            foreach (var place in group.Value.EnumerateObject())
                places.Add((order, new SeedPlace($"{path}/{place.Name}", place.Value.Clone())));
        }
        return [.. places.OrderBy(place => place.Order).Select(place => place.Place)];
    }
}
