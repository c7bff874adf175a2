using System.Text;
using Coordination.Contracts.Live;

namespace Coordination.Live.Tests.Support;

internal static class Views
{
    public const string Lot = "parking-lots/north";

    public static LiveView Of(string topic, long version, long epoch = 1, string? json = null) =>
        new(topic, epoch, version, Encoding.UTF8.GetBytes(json ?? $$"""{"id":"{{topic}}","occupied":{{version}}}"""));

    public static LiveView Of(long version) => Of(Lot, version);
}
