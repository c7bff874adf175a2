using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;

namespace Coordination.LoadTests.Opponents;

/// <summary>A hub that puts who watches into groups.</summary>
internal sealed class BareHub : Hub
{
    public async Task<int> Watch(string[] topics)
    {
        foreach (var topic in topics)
            await Groups.AddToGroupAsync(Context.ConnectionId, topic);
        return topics.Length;
    }
}

/// <summary>Sends to groups what the server sends to its screens: the same message, byte for byte but for the version.</summary>
internal sealed class BarePublisher(IHubContext<BareHub> hub)
{
    private long version;

    /// <summary>The view to send, as JSON.</summary>
    public byte[] View { get; set; } = "{}"u8.ToArray();

    public Task SendAsync(string topic, long stamp) => hub.Clients.Group(topic).SendCoreAsync("changed", [topic, new Stamp(1, stamp), new RawView(View)]);

    /// <summary>Sends to every topic so many times a second, for a while; a send that takes longer than its turn loses the turns it missed.</summary>
    public Task FloodAsync(string[] topics, int perSecond, TimeSpan lasting, CancellationToken stop) => Task.WhenAll(topics.Select(async topic =>
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(lasting);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
                await SendAsync(topic, Interlocked.Increment(ref version));
        }
        catch (OperationCanceledException)
        {
        }
    }));

    private sealed record Stamp(long Epoch, long Version);
}

/// <summary>JSON that is copied as it is.</summary>
[JsonConverter(typeof(RawViewJson))]
internal sealed record RawView(byte[] Json)
{
    internal sealed class RawViewJson : JsonConverter<RawView>
    {
        public override RawView Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, RawView value, JsonSerializerOptions options) => writer.WriteRawValue(value.Json, skipInputValidation: true);
    }
}

/// <summary>The hub, and what the generator tells the opponent to send.</summary>
internal static class BareHubEndpoints
{
    public static void MapBareHub(this IEndpointRouteBuilder app)
    {
        app.MapHub<BareHub>("/live");
        app.MapPut("/view", async (HttpRequest request, BarePublisher publisher) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            publisher.View = body.ToArray();
        });
        app.MapPost("/send", (string topic, long version, BarePublisher publisher) => publisher.SendAsync(topic, version));
        app.MapPost("/flood", (string topics, int perSecond, double seconds, BarePublisher publisher, CancellationToken stop) =>
            publisher.FloodAsync(topics.Split(','), perSecond, TimeSpan.FromSeconds(seconds), stop));
    }
}
