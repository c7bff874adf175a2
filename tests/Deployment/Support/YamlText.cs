using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Coordination.Deployment;

/// <summary>YAML as a tree of nodes, with merges (<c>&lt;&lt;</c>) carried out.</summary>
internal static class YamlText
{
    /// <exception cref="YamlException">It is none; the message has line and column.</exception>
    public static IReadOnlyList<YamlNode> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(new StringReader(text))));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>The value at a path of keys; null when it is not there.</summary>
    public static YamlNode? At(this YamlNode? node, params string[] path)
    {
        foreach (var key in path)
            node = node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
        return node;
    }

    public static string? Text(this YamlNode? node, params string[] path) => (node.At(path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> Items(this YamlNode? node, params string[] path) => node.At(path) is YamlSequenceNode list ? list.Children : [];

    public static IEnumerable<(string Key, YamlNode Value)> Pairs(this YamlNode? node, params string[] path) =>
        node.At(path) is YamlMappingNode map ? map.Children.Select(pair => (((YamlScalarNode)pair.Key).Value!, pair.Value)) : [];

    /// <summary>The scalars of a list, or the keys of a map.</summary>
    public static IEnumerable<string> Names(this YamlNode? node, params string[] path) =>
        node.At(path) is YamlMappingNode ? node.Pairs(path).Select(pair => pair.Key) : node.Items(path).OfType<YamlScalarNode>().Select(item => item.Value!);
}
