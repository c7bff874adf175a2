using System.Text.Json;
using Coordination.Testing.Stub;

namespace Coordination.Client.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task A_place_is_created_and_then_replaced()
    {
        await using var stub = await StubServer.StartAsync();
        var client = Lines.ClientOf(stub);
        Assert.True((await client.PutPlaceAsync(Lines.Lot, new PlaceProfile { Name = "A", Capacity = 3 })).Created);
        Assert.False((await client.PutPlaceAsync(Lines.Lot, new PlaceProfile { Name = "A", Capacity = 4 })).Created);
        Assert.Equal(4, (await client.GetPlaceAsync(Lines.Lot))?.Capacity);
        Assert.Equal("A", (await client.GetProfileAsync(Lines.Lot))?.GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_does_not_exist_is_null()
    {
        await using var stub = await StubServer.StartAsync();
        var client = Lines.ClientOf(stub);
        Assert.Null(await client.GetPlaceAsync(Lines.Lot));
        Assert.Null(await client.GetProfileAsync(Lines.Lot));
    }

    [Fact]
    public async Task A_refusal_carries_its_code_and_field_and_is_not_repeated()
    {
        await using var stub = await StubServer.StartAsync();
        var refusal = await Assert.ThrowsAsync<CoordinationException>(
            () => Lines.ClientOf(stub).PutPlaceAsync(Lines.Lot, JsonSerializer.SerializeToElement(new { capacity = 1 })));
        Assert.Equal("malformed", refusal.Code);
        Assert.Equal("name", refusal.Field);
        Assert.Single(stub.Keys);
    }

    [Fact]
    public async Task Every_retry_of_a_command_carries_the_same_id()
    {
        await using var stub = await StubServer.StartAsync();
        stub.RequestFaults.Enqueue(new StubFault { Status = 503 });
        stub.RequestFaults.Enqueue(new StubFault());
        stub.RequestFaults.Enqueue(new StubFault { Status = 429, RetryAfter = "1" });
        await Lines.ClientOf(stub).PutPlaceAsync(Lines.Lot, new PlaceProfile { Name = "A" });
        Assert.Equal(4, stub.Keys.Count);
        Assert.Single(stub.Keys.Distinct());
        Assert.NotEqual("", stub.Keys.First());
    }

    [Fact]
    public async Task Two_commands_have_two_ids()
    {
        await using var stub = await StubServer.StartAsync();
        var client = Lines.ClientOf(stub);
        await client.PutPlaceAsync(Lines.Lot, new PlaceProfile { Name = "A" });
        await client.PutPlaceAsync(Lines.Lot, new PlaceProfile { Name = "B" });
        Assert.Equal(2, stub.Keys.Distinct().Count());
    }

    [Fact]
    public void A_client_must_know_its_server()
    {
        using var http = new HttpClient();
        Assert.Throws<ArgumentException>(() => new CoordinationClient(http));
    }
}
