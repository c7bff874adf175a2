using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Api;

public sealed class ListTests(SharedServer server)
{
    [Fact]
    public async Task A_list_is_filtered_by_each_of_its_filters_and_by_all_together()
    {
        var city = SharedServer.NewId("city");
        var community = SharedServer.NewId("community");
        var full = await server.Http.NewLotAsync($$"""{ "name": "甲停车场", "nameEn": "Alpha Lot", "capacity": 10, "city": "{{city}}", "district": "东", "street": "一街", "community": "{{community}}" }""");
        var empty = await server.Http.NewLotAsync($$"""{ "name": "乙停车场", "capacity": 10, "city": "{{city}}", "district": "西", "street": "二街" }""");
        await server.Http.ReadingAsync(full, 1, 10);
        await server.Http.UntilAsync($"api/parking-lots?city={city}&level=full", answer => (int)answer["total"]! == 1);

        foreach (var (filter, expected) in new[]
        {
            ("", new[] { empty, full }), ("&query=ALPHA", [full]), ("&query=停车", [empty, full]), ("&query=" + empty[17..], [empty]), ("&district=西", [empty]), ("&street=一街", [full]),
            ("&community=" + community, [full]), ("&state=unknown", [empty]), ("&state=open", [full]), ("&level=FULL", [full]), ("&level=busy", []),
            ("&district=西&state=open", []), ("&district=&state=&level=&query=", [empty, full]), ("&page=1&pageSize=1", [empty]), ("&page=2&pageSize=1", [full]), ("&page=3&pageSize=1", []),
        })
        {
            var answer = await server.Http.Get($"api/parking-lots?city={city}{filter}");
            Assert.Equal((filter, string.Join(' ', expected.Select(path => path[4..]).Order())), (filter, string.Join(' ', answer["items"].AsArray().Select(place => (string?)place!["topic"]).Order())));
            Assert.Equal(filter.Contains("page=", StringComparison.Ordinal) ? 2 : expected.Length, (int)answer["total"]!);
        }
        var page = await server.Http.Get($"api/parking-lots?city={city}&pageSize=1");
        Assert.Equal((1, 1, "乙停车场"), ((int)page["page"]!, (int)page["pageSize"]!, (string?)page["items"][0]!["name"])); // In the order of names, by code point.
    }

    [Theory]
    [InlineData("scenic-areas")]
    [InlineData("communities")]
    public async Task The_other_kinds_have_lists_too(string kind)
    {
        var city = SharedServer.NewId("city");
        var id = SharedServer.NewId("place");
        await server.Http.Put($"api/{kind}/{id}", $$"""{ "name": "园", "city": "{{city}}" }""");
        Assert.Equal(id, (string?)(await server.Http.Get($"api/{kind}?city={city}"))["items"][0]!["id"]);
    }

    [Theory]
    [InlineData("page=0")]
    [InlineData("page=-1")]
    [InlineData("page=abc")]
    [InlineData("page=1&page=2")]
    [InlineData("page=99999999999999999999")]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=201")]
    [InlineData("state=asleep")]
    [InlineData("state=1")]
    [InlineData("state=open,closed")]
    [InlineData("level=busy,warning")]
    [InlineData("level=-1")]
    public async Task A_filter_that_means_nothing_is_refused(string filter)
    {
        var answer = await server.Http.Get($"api/parking-lots?{filter}");
        Assert.Equal((400, "malformed"), (answer.Status, answer.Code));
        Assert.Equal(400, (await server.Http.Get($"api/parking-lots?query={new string('x', 81)}")).Status);
    }
}
