using System.Text.Json.Nodes;
using Coordination.Testing;
using Coordination.Testing.Stub;

namespace Coordination.Cli.Tests.Import;

public sealed class ImportCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Importing_again_changes_only_what_differs()
    {
        await using var stub = await StubServer.StartAsync();
        var file = folder.Write("a.json", """{"communities":{"c":{"name":"C"}},"parkingLots":{"p":{"name":"P","capacity":1}},"scenicAreas":{"s":{"name":"S"}}}""");
        Assert.Equal((3, 0, 0, 0), await ImportAsync(stub, file));
        Assert.Equal((0, 0, 3, 0), await ImportAsync(stub, folder.Path));
        folder.Write("a.json", """{"parkingLots":{"p":{"name":"P","capacity":2}}}""");
        Assert.Equal((0, 1, 0, 0), await ImportAsync(stub, file));
    }

    [Fact]
    public async Task A_place_that_is_refused_stops_no_other_and_ends_with_one()
    {
        await using var stub = await StubServer.StartAsync();
        var file = folder.Write("a.json", """{"parkingLots":{"bad":{"capacity":1},"good":{"name":"P"}}}""");
        var (code, output, _) = await Tool.RunAsync("import", file, "--server", stub.Address.ToString());
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("malformed", output, StringComparison.Ordinal);
        Assert.True(stub.Places.ContainsKey("parking-lots/good"));
    }

    [Theory]
    [InlineData("{", ExitCodes.Failed)]
    [InlineData("[]", ExitCodes.Failed)]
    [InlineData("""{"carParks":{}}""", ExitCodes.Failed)]
    public async Task A_file_of_another_form_is_named(string json, int expected)
    {
        var (code, _, error) = await Tool.RunAsync("import", folder.Write("odd.json", json));
        Assert.Equal(expected, code);
        Assert.Contains("odd.json", error, StringComparison.Ordinal);
    }

    private static async Task<(int Created, int Updated, int Unchanged, int Refused)> ImportAsync(StubServer stub, string path)
    {
        var (_, output, _) = await Tool.RunAsync("import", path, "--server", stub.Address.ToString(), "--json");
        var outcome = JsonNode.Parse(output)!;
        return ((int)outcome["created"]!, (int)outcome["updated"]!, (int)outcome["unchanged"]!, (int)outcome["refused"]!);
    }
}
