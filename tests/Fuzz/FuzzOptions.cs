using System.Globalization;

using Coordination.Testing;

namespace Coordination.Fuzz;

/// <summary>What a run of the fuzzer does.</summary>
internal sealed record FuzzOptions
{
    /// <summary>How many requests, lines and frames of the hub not counted. <c>FUZZ_REQUESTS</c></summary>
    public int Requests { get; init; } = 100_000;

    /// <summary>
    /// What everything follows from: the same seed and number of lanes make the same requests in each lane, but for the instants, which
    /// are told relative to the start of the run. <c>FUZZ_SEED</c>
    /// </summary>
    public int Seed { get; init; } = 1;

    /// <summary>Senders at the same time, each with a connection and a place of its own.</summary>
    public int Lanes { get; init; } = 6;

    /// <summary>
    /// Header <c>Authorization</c> of the requests, such as <c>Bearer …</c>; a share of them goes without and another with garbage all the
    /// same. Without it a share goes with garbage. <c>FUZZ_AUTHORIZATION</c>
    /// </summary>
    public string? Authorization { get; init; }

    /// <summary>Share of the requests that go without the credentials given.</summary>
    public double WithoutCredentials { get; init; } = 0.05;

    /// <summary>Share of the requests that go with garbage for credentials.</summary>
    public double GarbageCredentials { get; init; } = 0.05;

    /// <summary>Resident memory of the server that is no leak yet, in MiB.</summary>
    public int MaxMemory { get; init; } = 900;

    /// <summary>As the environment asks for it; a seed of its own each time unless it names one.</summary>
    public static FuzzOptions FromEnvironment() => new()
    {
        Requests = Number("FUZZ_REQUESTS") ?? 100_000,
        Seed = Number("FUZZ_SEED") ?? Random.Shared.Next(1, int.MaxValue),
        Authorization = Environment.GetEnvironmentVariable("FUZZ_AUTHORIZATION") is { Length: > 0 } header ? header : $"Bearer {ServerProcess.Key}",
    };

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
