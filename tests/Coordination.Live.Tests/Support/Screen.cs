using System.Text.Json.Nodes;
using System.Threading.Channels;
using MessagePack;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.SignalR.Client;

namespace Coordination.Live.Tests.Support;

/// <summary>What a client was told, in one form for both protocols.</summary>
internal sealed record Told(string Topic, long Epoch, long Version, JsonNode? View, string? Code = null);

/// <summary>A real SignalR client.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private readonly bool _messagePack;
    private readonly Channel<Told> _pushes = Channel.CreateUnbounded<Told>();
    private readonly Channel<JsonNode> _notices = Channel.CreateUnbounded<JsonNode>();

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Screen(HubConnection connection, bool messagePack)
    {
        _connection = connection;
        _messagePack = messagePack;
        connection.On("changed", [typeof(string), Loose, Loose], arguments =>
        {
            var stamp = Node(arguments[1])!;
            _pushes.Writer.TryWrite(new Told((string)arguments[0]!, (long)stamp["epoch"]!, (long)stamp["version"]!, Node(arguments[2])));
            return Task.CompletedTask;
        });
        foreach (var notice in (string[])["status", "goodbye"])
        {
            connection.On(notice, [Loose], arguments =>
            {
                _notices.Writer.TryWrite(Node(arguments[0])!);
                return Task.CompletedTask;
            });
        }

        connection.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection is over.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The next status or goodbye.</summary>
    public Task<JsonNode> NoticeAsync() => _notices.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();

    public ChannelReader<Told> Pushes => _pushes.Reader;

    public HubConnection Connection => _connection;

    private Type Loose => _messagePack ? typeof(object) : typeof(JsonNode);

    public static async Task<Screen> OpenAsync(LiveServer server, bool messagePack = false)
    {
        var screen = new Screen(server.Client(messagePack), messagePack);
        await screen._connection.StartAsync(TestContext.Current.CancellationToken);
        return screen;
    }

    public async Task<Told[]> WatchAsync(params string?[] topics)
    {
        var answer = await _connection.InvokeCoreAsync("Watch", Loose, [topics], TestContext.Current.CancellationToken);
        return [.. Node(answer)!.AsArray().Select(item => new Told(
            (string)item!["topic"]!, (long)item["epoch"]!, (long)item["version"]!, item["view"], (string?)item["code"]))];
    }

    /// <summary>The raw answer to a watch.</summary>
    public async Task<JsonNode> WatchRawAsync(params string[] topics) =>
        Node(await _connection.InvokeCoreAsync("Watch", Loose, [topics], TestContext.Current.CancellationToken))!;

    public Task UnwatchAsync(params string[] topics) =>
        _connection.InvokeAsync("Unwatch", topics, TestContext.Current.CancellationToken);

    /// <summary>The next push that fits; those before it are passed over.</summary>
    public async Task<Told> PushAsync(Func<Told, bool> fits)
    {
        while (true)
        {
            var told = await _pushes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
            if (fits(told))
                return told;
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        JsonNode node => node,
        _ => JsonNode.Parse(MessagePackSerializer.SerializeToJson(value, ContractlessStandardResolver.Options)),
    };
}
