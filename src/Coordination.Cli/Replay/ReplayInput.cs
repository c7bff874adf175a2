using System.Security.Cryptography;
using System.Text;
using Coordination.Cli.Replay.Readers;

namespace Coordination.Cli.Replay;

/// <summary>The files of a run.</summary>
/// <param name="Files">In the order in which they are read.</param>
/// <param name="Format">One of <see cref="Formats"/>.</param>
/// <param name="Metadata">Of the German format; null to look for <c>meta-data.csv</c> beside each file.</param>
/// <param name="Prefix">Put before every slug.</param>
internal sealed record ReplayInput(IReadOnlyList<string> Files, string Format, string? Metadata, string Prefix)
{
    public static readonly string[] Formats = ["auto", "birmingham", "german", "shanghai"];

    /// <summary>Reads all files.</summary>
    /// <param name="onFile">Told before each file.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The format of a file is not known.</exception>
    public ReplayPlan Read(Action<string>? onFile = null)
    {
        var plan = new ReplayPlanBuilder(Prefix);
        foreach (var file in Files)
        {
            onFile?.Invoke(file);
            using var text = File.OpenText(file);
            switch (Format == "auto" ? Detect(file) : Format)
            {
                case "birmingham":
                    BirminghamReader.Read(file, text, plan);
                    break;
                case "german":
                    GermanReader.Read(file, text, MetadataFor(file), plan);
                    break;
                case "shanghai":
                    ShanghaiReader.Read(file, text, plan);
                    break;
                default:
                    throw new InvalidDataException($"{file}: not a format this tool knows; name it with --format ({string.Join(", ", Formats.Skip(1))}).");
            }
        }
        return plan.Build();
    }

    /// <summary>Says whether two runs read the same: a hash of the contents and of everything else that decides the plan.</summary>
    public string Fingerprint(Uri server)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"1\n{Format}\n{Prefix}\n{server}\n"));
        foreach (var file in Files)
        {
            Append(file);
            if ((Metadata ?? MetadataBeside(file)) is { } metadata)
                Append(metadata);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];

        void Append(string file)
        {
            using var stream = File.OpenRead(file);
            hash.AppendData(SHA256.HashData(stream));
        }
    }

    private GermanMetadata MetadataFor(string file)
    {
        if ((Metadata ?? MetadataBeside(file)) is not { } path)
            return GermanMetadata.Empty;
        using var text = File.OpenText(path);
        return GermanMetadata.Read(path, text);
    }

    private static string? MetadataBeside(string file)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "meta-data.csv");
        return File.Exists(path) ? path : null;
    }

    private static string Detect(string file)
    {
        using var text = File.OpenText(file);
        if (text.ReadLine() is not { } first)
            return "birmingham"; // An empty file is a file without readings, in any format.
        if (ShanghaiReader.LooksLike(first))
            return "shanghai";
        var fields = Csv.Lines(new StringReader(first)).FirstOrDefault().Fields ?? [];
        return GermanReader.LooksLike(fields) ? "german" : BirminghamReader.LooksLike(fields) ? "birmingham" : "unknown";
    }
}
