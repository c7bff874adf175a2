using Coordination.Domain.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Coordination.Grains.Tests.Privacy;

/// <summary>A number goes from an edge, which holds no keys, to the host that hashes it.</summary>
public sealed class NumberWireTests
{
    [Fact]
    public void A_number_crosses_the_wire_between_hosts_whole()
    {
        Assert.True(IdentityNumber.TryParse("11010519491231002X", out var identity));
        Assert.True(PhoneNumber.TryParse("13812345678", out var phone));
        Assert.True(PlateNumber.TryParse("京AD12345", out var plate));
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();

        Assert.Equal(identity, Sent(identity));
        Assert.Equal(phone, Sent(phone));
        Assert.Equal(plate, Sent(plate));

        T? Sent<T>(T number) => serializer.Deserialize<T>(serializer.SerializeToArray(number));
    }
}
