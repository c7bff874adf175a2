using System.Text.Json;
using Coordination.Live.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Coordination.Live.Notices;

/// <summary>One condition of the feed in the forms it is sent in, each made once for all connections.</summary>
internal sealed class FeedStatus(DateTimeOffset? unconfirmedSince)
{
    private readonly Lazy<SerializedHubMessage> _message =
        new(() => new SerializedHubMessage(new InvocationMessage(LiveHub.Status, [new StatusMessage(unconfirmedSince)])));

    private readonly Lazy<byte[]> _frame = new(() =>
        [.. "event: status\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(new StatusMessage(unconfirmedSince), JsonSerializerOptions.Web), .. "\n\n"u8]);

    public DateTimeOffset? UnconfirmedSince { get; } = unconfirmedSince;

    public SerializedHubMessage Message => _message.Value;

    public ReadOnlyMemory<byte> Frame => _frame.Value;
}
