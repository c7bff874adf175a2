using System.Text.Json.Serialization;

namespace Coordination.LoadTests.Measure;

/// <summary>One measured figure, beside its baseline from the same run where it has one.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of both values.</param>
/// <param name="Value">Median of the rounds.</param>
/// <param name="Baseline">Median of the baseline's rounds; null without one.</param>
/// <param name="Ratio">Median over the rounds of value ÷ baseline of the same round; null without a baseline.</param>
/// <param name="Aim">What the ratio (or, without a baseline, the value) should be, in words; null without an aim.</param>
/// <param name="Met">Whether it is; null without an aim.</param>
/// <param name="Rounds">How many rounds.</param>
/// <param name="Note">What one must know to read it.</param>
internal sealed record Figure(
    string Name,
    string Unit,
    double Value,
    double? Baseline = null,
    double? Ratio = null,
    string? Aim = null,
    bool? Met = null,
    int Rounds = 1,
    string? Note = null);

/// <summary>The figures of a scenario, or why there are none.</summary>
internal sealed record ScenarioResult(string Name, string Title, double Seconds, IReadOnlyList<Figure> Figures, string? Skipped, string? Failed);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class FigureJson : JsonSerializerContext;

/// <summary>A whole run.</summary>
internal sealed record RunRecord(Machine Machine, bool Quick, IReadOnlyList<ScenarioResult> Scenarios);
