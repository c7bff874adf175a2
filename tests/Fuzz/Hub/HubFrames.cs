using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Coordination.Fuzz.Generation;

namespace Coordination.Fuzz.Hub;

/// <summary>Messages for the hub in both of its protocols, from a sound call to noise.</summary>
/// <param name="dice">Chance.</param>
/// <param name="json">Values that are nothing anybody asked for.</param>
/// <param name="methods">Methods of the hub.</param>
internal sealed class HubFrames(Dice dice, WildJson json, IReadOnlyList<string> methods)
{
    private const char End = '\u001e';

    /// <summary>A call that is answered; the answer carries its id.</summary>
    public static byte[] Probe(string id, bool isBinary) => isBinary
        ? Framed([0x96, 1, 0x80, .. Text(id), .. Text("Watch"), 0x91, 0x91, .. Text("parking-lots/model-0"), 0x90])
        : Encoding.UTF8.GetBytes($$"""{"type":1,"invocationId":"{{id}}","target":"Watch","arguments":[["parking-lots/model-0"]]}{{End}}""");

    /// <summary>A sign of life, which asks nothing.</summary>
    public static byte[] Ping(bool isBinary) => isBinary ? Framed([0x91, 6]) : Encoding.UTF8.GetBytes($$"""{"type":6}{{End}}""");

    /// <summary>
    /// Whether a MessagePack frame ends where its lengths say, so that the next one is read as one, and is of a kind that SignalR knows: after
    /// one that it does not know it hears nothing more on that connection, which harms only who said it.
    /// </summary>
    public static bool IsWhole(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > 2 && frame[1] is >= 0x90 and <= 0x9F && frame[2] is 0 or > 7)
            return false;
        while (!frame.IsEmpty)
        {
            var (length, used) = (0L, 0);
            do
            {
                if (used == frame.Length || used == 5)
                    return used == 5; // Too long a length: the hub hangs up.
                length |= (long)(frame[used] & 0x7F) << (7 * used);
            }
            while (frame[used++] >= 0x80);
            if (length > frame.Length - used)
                return false;
            frame = frame[(used + (int)length)..];
        }
        return true;
    }

    public byte[] Next(bool isBinary) => isBinary ? Binary() : Encoding.UTF8.GetBytes(Json());

    private string Json() => dice.Below(14) switch
    {
        0 => Call(Target(), "[[" + string.Join(',', Enumerable.Range(0, dice.Of([1, 100, 101, 500])).Select(i => $"\"parking-lots/place-{i}\"")) + "]]"),
        1 => Call(Target(), $"[[{string.Join(',', Enumerable.Range(0, 5).Select(_ => Quoted(dice.Of(Hostile.Texts))))}]]"),
        2 => Call(Target(), dice.Of(["[]", "[[],[]]", "[null]", "[1]", "[{}]", "[[1,2]]", "[[null]]", "[[[]]]", "{}", "null", "1", "[\"a\"]", "[[\"a\"]"])),
        3 => Call(Target(), $"[{json.Nonsense()}]"),
        4 => Call(Quoted(dice.Of(Hostile.Texts)), "[]"),
        5 => Call(dice.Of(["\"OnConnectedAsync\"", "\"Dispose\"", "\"ToString\"", "\"GetHashCode\"", "\"watch\"", "\"Watch \"", "\"get_Context\"", "null", "1", "{}"]), "[[]]"),
        6 => $$"""{"type":{{dice.Of(["0", "2", "3", "4", "5", "6", "7", "8", "9", "10", "-1", "99999999999", "1.5", "\"1\"", "null", "[]"])}},"invocationId":"x","target":{{Target()}},"arguments":[[]],"sequenceId":{{dice.Of(["0", "-1", "9223372036854775807"])}},"item":1,"result":1,"error":"x"}""" + End,
        7 => json.Nonsense() + End,
        8 => dice.Of(["{}", "[]", "null", "", "{", "}", "{\"type\":1}", "{\"type\":1,\"target\":\"Watch\"}", "{\"target\":\"Watch\",\"arguments\":[[]],\"type\":1}", "{\"type\":1,\"type\":6}"]) + End,
        9 => Call(Target(), $"[[{Quoted(new string('x', dice.Of([1000, 30_000, 33_000, 100_000])))}]]"),
        10 => $$"""{"type":1,"invocationId":{{json.Nonsense()}},"target":{{Target()}},"arguments":[[]],"headers":{"a":{{json.Nonsense()}} },"streamIds":["a","b"]}""" + End,
        11 => Encoding.Latin1.GetString(dice.Bytes(dice.Of([1, 20, 500]))) + dice.Of(["", $"{End}"]),
        12 => string.Concat(Enumerable.Repeat($$"""{"type":6}{{End}}""", 200)),
        _ => Call(Target(), "[[\"parking-lots/a\",\"scenic-areas/b\",\"communities/c\",\"nonsense\"]]"),
    };

    private string Target() => Quoted(dice.Of(methods));

    private string Call(string target, string arguments) =>
        $$"""{"type":1,"invocationId":"{{dice.Of(["1", "a", "2"])}}","target":{{target}},"arguments":{{arguments}}}{{End}}""";

    private byte[] Binary() => dice.Below(10) switch
    {
        0 => Framed([0x96, 1, 0x80, .. Text("1"), .. Text(dice.Of(methods)), 0x91, .. List(dice.Of([0, 1, 100, 101, 400])), 0x90]),
        1 => Framed([0x96, 1, 0x80, .. Text("1"), .. Text(dice.Of(Hostile.Texts)), 0x90, 0x90]),
        2 => Framed([0x96, 1, 0x80, .. Text("1"), .. Text(dice.Of(methods)), .. dice.Of<byte[]>([[0x90], [0x92, 0x90, 0x90], [0xC0], [0x91, 0xC0], [0x91, 0x91, 0xC0], [0x91, 0x91, 0x01], [0x91, 0x80], [0x91, 0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]]), 0x90]),
        3 => Framed([.. dice.Bytes(dice.Of([1, 10, 100, 1000]))]),
        4 => dice.Bytes(dice.Of([1, 5, 50])),
        5 => Framed([0x96, 1, 0x80, .. Text("1"), .. Text(dice.Of(methods)), 0xDD, 0x7F, 0xFF, 0xFF, 0xFF]), // An array that says it has two thousand million items.
        6 => Framed([0x96, 1, 0x80, 0xDB, 0x7F, 0xFF, 0xFF, 0xFF, 0x61]), // A text that says it has as many letters.
        7 => [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, .. dice.Bytes(20)], // A message that says it is as long.
        8 => Framed([.. Enumerable.Repeat((byte)0x91, dice.Of([50, 600, 20_000]))]),
        _ => Framed([(byte)(0x90 + dice.Below(8)), (byte)dice.Below(12), 0x80, .. Text("1"), .. Text("Watch"), 0x91, 0x90, 0x90]),
    };

    private static byte[] List(int count) => [0xDC, (byte)(count >> 8), (byte)count, .. Enumerable.Range(0, count).SelectMany(i => Text($"parking-lots/place-{i}"))];

    private static byte[] Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var head = new byte[5];
        head[0] = 0xDB;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), utf8.Length);
        return [.. head, .. utf8];
    }

    private static byte[] Framed(byte[] message)
    {
        var head = new List<byte>();
        for (var rest = message.Length; ; rest >>= 7)
        {
            head.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            if (rest <= 0x7F)
                return [.. head, .. message];
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
