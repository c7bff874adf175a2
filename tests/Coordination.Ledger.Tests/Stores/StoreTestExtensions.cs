using System.Globalization;
using System.Text;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Short words for what the store tests do all the time.</summary>
internal static class StoreTestExtensions
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Envelopes of events that say where they stand and who wrote them.</summary>
    public static Append Batch(string stream, long epoch, long version, int count, string note = "") =>
        new(stream, epoch, version, count, Payload(version, count, note));

    public static ReadOnlyMemory<byte> Payload(long version, int count, string note = "")
    {
        var json = new StringBuilder("[");
        for (var i = 1; i <= count; i++)
            json.Append(i == 1 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$"""
                {"version":{{{version + i}}},"recordedAt":"2026-05-01T08:00:00+08:00","commandId":"c{{{version + i}}}","event":{"type":"noted","note":"{{{note}}}"}}
                """);
        return Encoding.UTF8.GetBytes(json.Append(']').ToString());
    }

    public static string Text(this ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static ReadOnlyMemory<byte> Bytes(this string text) => Encoding.UTF8.GetBytes(text);

    public static async Task<AppendOutcome> AppendAsync(this IEventStore store, Append append) =>
        Assert.Single(await store.AppendAsync([append], Cancellation));

    public static async Task<List<EventBatch>> ReadAllAsync(this IEventStore store, string stream, long after = 0)
    {
        var batches = new List<EventBatch>();
        await foreach (var batch in store.ReadAsync(stream, after, Cancellation))
            batches.Add(batch);
        return batches;
    }

    public static async Task<List<StreamInfo>> ListAllAsync(this IEventStore store, string prefix)
    {
        var streams = new List<StreamInfo>();
        await foreach (var stream in store.ListAsync(prefix, Cancellation))
            streams.Add(stream);
        return streams;
    }

    /// <summary>The number of events of a stream, read one batch after the other without a gap.</summary>
    public static async Task<long> CountEventsAsync(this IEventStore store, string stream)
    {
        long version = 0;
        foreach (var batch in await store.ReadAllAsync(stream))
        {
            Assert.Equal(version + 1, batch.FirstVersion);
            version += batch.Count;
        }

        return version;
    }
}
