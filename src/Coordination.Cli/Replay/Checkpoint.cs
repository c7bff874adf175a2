using System.Text.Json;

namespace Coordination.Cli.Replay;

/// <summary>Where a run stands, so that another can go on: per place, for its items are sent in the order of the files whatever the speed.</summary>
internal sealed record Checkpoint
{
    /// <summary>Of which input; see <see cref="ReplayInput.Fingerprint"/>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The order of that run, one of <see cref="ReplayOrder"/>.</summary>
    public required string Order { get; init; }

    /// <summary>Items of each place whose outcome is in the tally.</summary>
    public required int[] Done { get; init; }

    /// <summary>
    /// Items before this position of the order may have been sent; those after it were not. Written before the first of them is
    /// sent, so it holds even if the run was killed.
    /// </summary>
    public required int MayHaveBeenSent { get; init; }
    public required ReplayTally Tally { get; init; }

    /// <summary>The checkpoint in a file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is not a checkpoint.</exception>
    public static Checkpoint? Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.Checkpoint);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is not a checkpoint of this tool: {error.Message}", error);
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, CliJson.Default.Checkpoint);

    /// <summary>Replaces the file as a whole: whoever is killed at any moment leaves the old one or the new one.</summary>
    public static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Where the checkpoint of an input is kept when no file is named: in the user's own state directory.</summary>
    public static string DefaultPath(string fingerprint)
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state))
        {
            state = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        }
        return Path.Combine(state, "coordination", "replay", $"{fingerprint}.json");
    }
}
