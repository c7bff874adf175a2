using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.LoadTests.Silo;

/// <summary>What a silo measured within itself: one value per round, baseline and subject.</summary>
internal sealed record SiloMeasurement(double[] Baseline, double[] Subject);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SiloMeasurement))]
internal sealed partial class SiloJson : JsonSerializerContext;

/// <summary>A process with a silo and its callers. Prints what it measured as one line of JSON.</summary>
internal static class SiloRole
{
    public static async Task<int> RunAsync(string[] args)
    {
        await using var silo = await LoadSilo.StartAsync();
        var measured = args switch
        {
            ["hot-grain", var callers, var rounds, var seconds] => await HotGrain.MeasureAsync(
                silo, Number(callers), Number(rounds), TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))),
            ["idle-places", var places] => await IdlePlaces.MeasureAsync(silo, Number(places)),
            ["activation", var events, var rounds] => await Activation.MeasureAsync(silo, Number(events), Number(rounds)),
            _ => throw new ArgumentException($"Not a measurement of a silo: {string.Join(' ', args)}"),
        };
        Console.WriteLine(JsonSerializer.Serialize(measured, SiloJson.Default.SiloMeasurement));
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
