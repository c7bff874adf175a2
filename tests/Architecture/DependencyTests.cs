using System.Xml.Linq;
using Coordination.Domain;
using Coordination.Grains;
using Coordination.Ledger;
using NetArchTest.Rules;

namespace Coordination.Architecture;

/// <summary>Dependencies point one way: Server → Grains, Live → Contracts → Domain; Grains → Ledger. Domain and Ledger know nobody.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Coordination.Domain"] = [],
        ["Coordination.Ledger"] = [],
        ["Coordination.Client"] = [],
        ["Coordination.Contracts"] = ["Coordination.Domain"],
        ["Coordination.Grains"] = ["Coordination.Contracts", "Coordination.Domain", "Coordination.Ledger"],
        ["Coordination.Live"] = ["Coordination.Contracts", "Coordination.Domain"],
        ["Coordination.Server"] = ["Coordination.Contracts", "Coordination.Domain", "Coordination.Grains", "Coordination.Ledger", "Coordination.Live"],
        ["Coordination.Cli"] = ["Coordination.Client", "Coordination.Ledger", "Coordination.Grains", "Coordination.Domain"],
    };

    public static TheoryData<string> Projects => new(Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src"), "Coordination.*").Select(path => Path.GetFileName(path)!));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_below_it(string project)
    {
        var references = XDocument.Load(Path.Combine(SourceTree.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void The_rules_know_no_host_no_store_and_no_clock()
    {
        var result = Types.InAssembly(typeof(PlaceId).Assembly).That().ResideInNamespace("Coordination.Domain")
            .ShouldNot().HaveDependencyOnAny("Orleans.Runtime", "Orleans.IGrainFactory", "Microsoft.AspNetCore", "System.IO", "System.Net", "System.Threading.Tasks", "Coordination.Ledger", "Coordination.Contracts").GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void The_ledger_knows_nothing_of_grains_places_or_the_web()
    {
        var result = Types.InAssembly(typeof(IEventStore).Assembly)
            .ShouldNot().HaveDependencyOnAny("Orleans", "Microsoft.AspNetCore", "Coordination.Domain", "Coordination.Contracts", "Coordination.Grains").GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void A_dependency_that_is_there_would_be_found()
    {
        // The twin of the two above: grains do depend on Orleans and the ledger.
        Assert.False(Types.InAssembly(typeof(PlaceLedger).Assembly).ShouldNot().HaveDependencyOnAny("Orleans", "Coordination.Ledger").GetResult().IsSuccessful);
    }

    [Fact]
    public void Client_and_web_speak_only_the_public_interface()
    {
        Assert.DoesNotContain(SourceTree.Files("src/Coordination.Client", ".cs"), file => file.Text.Contains("using Coordination.Domain", StringComparison.Ordinal)
            || file.Text.Contains("using Coordination.Contracts", StringComparison.Ordinal) || file.Text.Contains("using Orleans", StringComparison.Ordinal));
    }
}
