using System.Text.Json;

namespace Coordination.Ledger.Redis;

/// <summary>
/// The small file in which a host remembers which store it used and how far that was: so that a Redis that lost data while the host was down
/// is noticed at the next start.
/// </summary>
/// <param name="path">The file; null remembers nothing.</param>
internal sealed class RedisMemory(string? path)
{
    private long _written = -1;

    /// <summary>The file's name for messages.</summary>
    public string Path { get; } = path ?? "";

    /// <summary>What is remembered; null when nothing is.</summary>
    /// <exception cref="StoreRefusedException">The file is there and cannot be read: not knowing is not the same as never having known.</exception>
    public (Guid Identity, RedisMark[] Marks)? Read()
    {
        if (path is null || !File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var marks = root.GetProperty("buckets").EnumerateArray()
                .Select(bucket => new RedisMark(bucket.GetProperty("life").GetString()!, bucket.GetProperty("commits").GetInt64())).ToArray();
            if (marks.Length != RedisKeys.Buckets)
                throw new JsonException($"It has {marks.Length} buckets instead of {RedisKeys.Buckets}.");
            return (root.GetProperty("identity").GetGuid(), marks);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or IOException
            or UnauthorizedAccessException)
        {
            throw new StoreRefusedException(
                $"The file {path}, which remembers the event store of this host, cannot be read: {error.Message} Restore it; or delete it to "
                + "trust the Redis as it is now.",
                error);
        }
    }

    /// <summary>Writes what is new, whole or not at all.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(Guid identity, RedisMarks marks)
    {
        var changes = marks.Changes;
        if (path is null || changes == _written)
            return;
        var full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Environment.ProcessId}.new"; // Two hosts may share the folder.
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true }))
                Write(writer, identity, marks.ToArray());
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, full, overwrite: true);
        _written = changes;
    }

    private static void Write(Utf8JsonWriter writer, Guid identity, RedisMark[] marks)
    {
        writer.WriteStartObject();
        writer.WriteString("identity", identity);
        writer.WriteStartArray("buckets");
        foreach (var mark in marks)
        {
            writer.WriteStartObject();
            writer.WriteString("life", mark.Life);
            writer.WriteNumber("commits", mark.Commits);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
