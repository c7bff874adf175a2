using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Coordination.Domain.Accounts;
using Coordination.Domain.Devices;

namespace Coordination.Domain.Tests.Json;

/// <summary>Events of accounts and keys as they lie in the stores of others. A text here is never edited; a new one is added beside it.</summary>
public sealed class PinnedIdentityTests
{
    private static readonly string[] Accounts =
    [
        """{"type":"accountOpened","grants":[{"role":"resident","scope":"communities/x/buildings/building-1"}],"by":"accounts/a","isDemo":false}""",
        """{"type":"accountOpened","grants":[],"by":"system/demo","isDemo":true}""",
        """{"type":"roleGranted","grant":{"role":"communityWorker","scope":"communities/x","until":"2027-01-01T00:00:00+08:00"},"by":"accounts/a"}""",
        """{"type":"roleRevoked","role":"districtOfficer","scope":"districts/北京/丰台区","by":"accounts/a"}""",
        """{"type":"accountLocked","reason":"phone lost","by":"accounts/a"}""",
        """{"type":"accountUnlocked","by":"accounts/a"}""",
        """{"type":"credentialChanged","what":"passwordSet","endsSessions":true,"by":"accounts/a"}""",
        """{"type":"credentialChanged","what":"passkeyAdded","endsSessions":false,"by":"accounts/a"}""",
        """{"type":"credentialChanged","what":"codeIssued","endsSessions":false,"by":"accounts/b"}""",
        """{"type":"credentialChanged","what":"passwordReplaced","endsSessions":true,"by":"accounts/a"}""",
        """{"type":"sessionsEnded","by":"accounts/a"}""",
        """{"type":"contactChanged","fields":["phone","plates"],"by":"accounts/b"}""",
        """{"type":"auditSearched","conditions":"place=parking-lots/jingtie-north type=operationSet"}""",
        """{"type":"delegateConsented","delegate":"accounts/b","until":"2027-01-01T00:00:00+08:00"}""",
        """{"type":"delegateRevoked","delegate":"accounts/b","by":"accounts/a"}""",
        """{"type":"accountErased","reason":"asked by the person","by":"accounts/a"}""",
    ];

    private static readonly string[] KeyHolders =
    [
        """{"type":"deviceIssued","name":"东门","grant":{"role":"gate","scope":"scenic-areas/a"},"keyHash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","by":"accounts/a","isDemo":false}""",
        """{"type":"keyRotated","keyHash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","othersEndAt":"2026-05-01T08:10:00+08:00","by":"accounts/a"}""",
        """{"type":"deviceRevoked","reason":"replaced","by":"accounts/a"}""",
        """{"type":"deviceRevoked","by":"accounts/a"}""",
    ];

    [Fact]
    public void Every_pinned_event_is_read_and_written_the_same()
    {
        Assert.All(Accounts, text => Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize(text, DomainJson.Instance.AccountEvent), DomainJson.Instance.AccountEvent)));
        Assert.All(KeyHolders, text => Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize(text, DomainJson.Instance.KeyHolderEvent), DomainJson.Instance.KeyHolderEvent)));
    }

    [Fact]
    public void No_type_of_event_is_without_a_pinned_example()
    {
        AssertPinned(typeof(AccountEvent), Accounts);
        AssertPinned(typeof(KeyHolderEvent), KeyHolders);

        static void AssertPinned(Type root, string[] pinned) => Assert.Equal(
            root.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => (string)attribute.TypeDiscriminator!).Order(),
            pinned.Select(text => (string)JsonNode.Parse(text)!["type"]!).Distinct().Order());
    }

    [Fact]
    public void No_event_of_an_account_has_room_for_what_is_about_the_person()
    {
        string[] personal = ["name", "phone", "number", "plate", "mail", "address", "password", "identity"];
        var properties = typeof(AccountEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().SelectMany(attribute => attribute.DerivedType.GetProperties()).Select(property => property.Name);
        Assert.DoesNotContain(properties, property => personal.Any(word => property.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }
}
