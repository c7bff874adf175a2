using System.Collections.Concurrent;
using System.Text.Json;
using Coordination.Domain.Access;
using Coordination.Server.Tests.Support;

namespace Coordination.Server.Tests.Identity;

/// <summary>
/// Two communities of two streets of two districts, each with a car park and a scenic area, and for every role a key that holds in the
/// first one only.
/// </summary>
public sealed class Neighbours
{
    /// <summary>Slug of the community and the places where the keys hold.</summary>
    public const string Own = "own-yard";

    /// <summary>Slug of those next door.</summary>
    public const string Next = "next-yard";

    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static bool isBuilt;

    private readonly ConcurrentDictionary<Role, string> keys = new();

    public static bool HoldsEverywhere(Role role) => ScopeOf(role) == "*";

    public static bool HoldsAtTheScenicAreaOnly(Role role) => ScopeOf(role).StartsWith("scenic-areas/", StringComparison.Ordinal);

    /// <summary>Where a role is given.</summary>
    public static string ScopeOf(Role role) => role switch
    {
        Role.Administrator or Role.Monitor => "*",
        Role.DistrictOfficer => "districts/京/甲区",
        Role.StreetOfficer => "streets/京/甲区/一街道",
        Role.BuildingLeader => $"communities/{Own}/buildings/building-1",
        Role.Auditor or Role.CommunityWorker or Role.Resident or Role.CanteenClerk or Role.Cook or Role.Sensor => $"communities/{Own}",
        _ => $"scenic-areas/{Own}",
    };

    /// <summary>The key of a program with a role at the first place; empty for the public.</summary>
    public async Task<string> KeyOfAsync(SharedServer server, Role role)
    {
        await BuildAsync(server);
        if (role == Role.Public)
            return "";
        if (keys.TryGetValue(role, out var known))
            return known;
        var issued = await server.Http.Post("api/programs", $$"""{ "name": "{{role}}", "role": "{{JsonNamingPolicy.CamelCase.ConvertName(role.ToString())}}", "scope": "{{ScopeOf(role)}}" }""");
        Assert.Equal(201, issued.Status);
        return keys.GetOrAdd(role, (string)issued["key"]!);
    }

    /// <summary>Makes both yards, once for each server.</summary>
    public static async Task BuildAsync(SharedServer server)
    {
        await Turn.WaitAsync();
        try
        {
            if (isBuilt)
                return;
            await BuildAsync(server.Http, Own, "甲区", "一街道");
            await BuildAsync(server.Http, Next, "乙区", "二街道");
            isBuilt = true;
        }
        finally
        {
            Turn.Release();
        }
    }

    private static async Task BuildAsync(HttpClient http, string yard, string district, string street)
    {
        await PutAsync(http, $"api/communities/{yard}", $$"""
            { "name": "{{yard}}", "city": "京", "district": "{{district}}", "street": "{{street}}", "places": ["parking-lots/{{yard}}", "scenic-areas/{{yard}}"],
              "buildings": [{ "id": "building-1", "name": "1号楼" }] }
            """);
        // The car park leaves out where it is: it lies where its community does.
        await PutAsync(http, $"api/parking-lots/{yard}", $$"""{ "name": "{{yard}}", "capacity": 100, "community": "{{yard}}" }""");
        await PutAsync(http, $"api/scenic-areas/{yard}", $$"""{ "name": "{{yard}}", "capacity": 100, "city": "京", "district": "{{district}}", "street": "{{street}}", "community": "{{yard}}" }""");
    }

    private static async Task PutAsync(HttpClient http, string path, string profile)
    {
        var answer = await http.Put(path, profile);
        Assert.True(answer.Status is 200 or 201, $"{path}: {answer.Status} {answer.Body?.ToJsonString()}");
    }
}
