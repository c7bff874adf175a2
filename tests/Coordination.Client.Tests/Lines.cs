using Coordination.Testing.Stub;

namespace Coordination.Client.Tests;

/// <summary>Input for the tests.</summary>
internal static class Lines
{
    public const string Lot = "parking-lots/a";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Waits so short that a test does not notice, patience for as long as a busy machine may need.</summary>
    public static readonly RetryPolicy Quick = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(60));

    public static IngestLine Of(int sequence, string place = Lot) => new()
    {
        Place = place, Type = "reading", DeviceId = "d", Sequence = sequence, At = Start.AddMinutes(sequence), Occupied = sequence,
    };

    public static async IAsyncEnumerable<IngestLine> Range(int count, string place = Lot)
    {
        await Task.CompletedTask;
        for (var sequence = 1; sequence <= count; sequence++)
            yield return Of(sequence, place);
    }

    public static async Task<StubServer> StubWithAsync(params string[] places)
    {
        var stub = await StubServer.StartAsync();
        var client = new CoordinationClient(stub.Http, Quick);
        foreach (var place in places)
            await client.PutPlaceAsync(place, new PlaceProfile { Name = place, Capacity = 1000 });
        return stub;
    }

    public static CoordinationClient ClientOf(StubServer stub) => new(stub.Http, Quick);
}
