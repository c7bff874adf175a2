using System.Text.Json;
using Coordination.Domain.Access;

namespace Coordination.Architecture;

/// <summary>The pages offer what the server's table of roles allows: their copy of it is the same.</summary>
public sealed class RolesOfPagesTests
{
    private static readonly (string Name, string Scope)[] Kinds =
    [
        ("everywhere", "*"), ("district", "districts/c/d"), ("street", "streets/c/d/s"), ("community", "communities/k"), ("building", "communities/k/buildings/b"), ("place", "parking-lots/p"),
    ];

    private static readonly PlaceLocation Here = new("parking-lots/p", "c", "d", "s", "k", "b");

    [Fact]
    public void The_copy_of_the_pages_is_the_table_of_the_server()
    {
        using var copy = JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "src/web/src/access/roles.json")));
        var given = Enum.GetValues<Role>().Where(role => Reach(role).Any()).ToList();
        Assert.Equal(given.Select(Camel).Order(), copy.RootElement.EnumerateObject().Select(role => role.Name).Order());
        foreach (var role in given)
        {
            var row = copy.RootElement.GetProperty(Camel(role));
            Assert.Equal(Reach(role).Order(), Texts(row, "reach").Order());
            Assert.Equal(given.Where(other => AccessRules.MayGrant(Widest(role), other, Here, DateTimeOffset.UnixEpoch)).Select(Camel).Order(), Texts(row, "gives").Order());
            Assert.Equal(AccessRules.DeviceRoles.Contains(role), row.GetProperty("isDevice").GetBoolean());
        }
    }

    private static IEnumerable<string> Reach(Role role) =>
        Kinds.Where(kind => AccessRules.Check(new RoleGrant(role, Scope(kind.Scope))) is null).Select(kind => kind.Name);

    private static RoleGrant[] Widest(Role role) => [new RoleGrant(role, AccessScope.Everywhere)];

    private static AccessScope Scope(string text) => AccessScope.TryParse(text, out var scope) ? scope : throw new FormatException(text);

    private static IEnumerable<string> Texts(JsonElement row, string property) => row.GetProperty(property).EnumerateArray().Select(text => text.GetString()!);

    private static string Camel(Role role) => JsonNamingPolicy.CamelCase.ConvertName(role.ToString());
}
