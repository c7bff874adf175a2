using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>What happened, read backwards.</summary>
public abstract partial class EventStoreContract
{
    private static readonly DateTimeOffset FirstNoted = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_happened_is_read_newest_first_page_by_page()
    {
        await FillNotesAsync("lots/a", [3, 1, 1, 40, 2, 300, 1, 7]);
        var reader = new AuditReader(Store);

        var (read, next) = (new List<AuditEntry>(), default(long?));
        do
        {
            var page = (await reader.ReadBackAsync("lots/a", next, 10, AuditFilter.None, Cancellation))!;
            Assert.Equal(Math.Min(10, 355 - read.Count), page.Entries.Count);
            read.AddRange(page.Entries);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(Enumerable.Range(1, 355).Reverse().Select(version => (long)version), read.Select(entry => entry.Version));
        var entry = read[^7];
        Assert.Equal((7, FirstNoted.AddMinutes(7), "noted1", "c7"), (entry.Version, entry.RecordedAt, entry.Type, entry.CommandId));
        Assert.Equal(new RecordedBy("accounts/1", "accounts/2", "devices/gate-7"), entry.By);
        Assert.Equal("""{"type":"noted1","note":{"deep":[1,"}"]}}""", entry.Event.Text());
    }

    /// <summary>Which filter, chosen by numbers.</summary>
    public readonly record struct Asked(byte Who, byte For, byte At, byte Type, byte From, byte To, byte Without, byte Page);

    [Property(MaxTest = 40)]
    public async Task Any_filter_gives_what_a_naive_one_gives(byte[] batches, Asked asked)
    {
        var stream = $"lots/{Guid.NewGuid():N}";
        int[] counts = [4, .. batches.Select(count => 1 + count % 30)];
        await FillNotesAsync(stream, counts);
        var filter = new AuditFilter(
            asked.Who % 3 == 0 ? $"accounts/{asked.Who % 4}" : null, asked.For % 4 == 0 ? "accounts/2" : null,
            asked.At % 4 == 0 ? $"devices/gate-{asked.At}" : null, asked.Type % 3 == 0 ? $"noted{asked.Type % 2}" : null,
            asked.From % 2 == 0 ? FirstNoted.AddMinutes(asked.From) : null, asked.To % 2 == 0 ? FirstNoted.AddMinutes(asked.To) : null,
            asked.Without % 3 == 0 ? new HashSet<string> { $"noted{asked.Without % 2}", "other" } : null);

        var reader = new AuditReader(Store);
        var (read, next) = (new List<AuditEntry>(), default(long?));
        do
        {
            var page = (await reader.ReadBackAsync(stream, next, 1 + asked.Page % 20, filter, Cancellation))!;
            read.AddRange(page.Entries);
            next = page.Next;
        }
        while (next is not null);

        var naive = Enumerable.Range(1, counts.Sum()).Reverse().Where(version => filter switch
        {
            { Who: { } who } when version % 3 == 0 || who != $"accounts/{version % 2}" => false,
            { For: not null } when version % 3 == 0 => false,
            { At: { } at } when version % 3 == 0 || at != $"devices/gate-{version}" => false,
            { Type: { } type } when type != $"noted{version % 2}" => false,
            { Without: { } without } when without.Contains($"noted{version % 2}") => false,
            { From: { } from } when FirstNoted.AddMinutes(version) < from => false,
            { To: { } to } when FirstNoted.AddMinutes(version) >= to => false,
            _ => true,
        });
        Assert.Equal(naive.Select(version => (long)version), read.Select(entry => entry.Version));
    }

    [Fact]
    public async Task However_little_fits_a_call_does_a_bounded_amount_of_work_and_says_where_to_go_on()
    {
        await FillNotesAsync("lots/a", [.. Enumerable.Repeat(100, 120)]);
        var (reader, calls, next) = (new AuditReader(Store), 0, (long?)12_001);
        while (next is { } before)
        {
            var page = (await reader.ReadBackAsync("lots/a", before, 10, new AuditFilter(Who: "nobody"), Cancellation))!;
            Assert.Empty(page.Entries);
            Assert.InRange(before - (page.Next ?? 1), 0, AuditReader.MaxLooked + 1000);
            (next, calls) = (page.Next, calls + 1);
        }
        Assert.InRange(calls, 2, 4);

        // What is too old is not looked through to the beginning.
        var recent = (await reader.ReadBackAsync("lots/a", null, 10, new AuditFilter(Who: "nobody", From: FirstNoted.AddMinutes(12_000)), Cancellation))!;
        Assert.True(recent.Next is null or > 8000);
        for (var rounds = 0; recent.Next is { } more; rounds++)
        {
            Assert.InRange(rounds, 0, 2);
            recent = (await reader.ReadBackAsync("lots/a", more, 10, new AuditFilter(Who: "nobody", From: FirstNoted.AddMinutes(12_000)), Cancellation))!;
        }
    }

    [Fact]
    public async Task What_is_written_meanwhile_does_not_shift_the_pages()
    {
        await FillNotesAsync("lots/a", [5, 5]);
        var reader = new AuditReader(Store);
        var first = (await reader.ReadBackAsync("lots/a", null, 4, AuditFilter.None, Cancellation))!;
        await FillNotesAsync("lots/a", [5]);

        var second = (await reader.ReadBackAsync("lots/a", first.Next, 4, AuditFilter.None, Cancellation))!;

        Assert.Equal([10L, 9, 8, 7, 6, 5, 4, 3], first.Entries.Concat(second.Entries).Select(entry => entry.Version));
        Assert.Equal(15, (await reader.ReadBackAsync("lots/a", 1000, 1, AuditFilter.None, Cancellation))!.Entries[0].Version);
        Assert.Equal(new AuditPage([], null), (await reader.ReadBackAsync("lots/a", 1, 4, AuditFilter.None, Cancellation))! with { Entries = [] });
    }

    [Fact]
    public async Task A_stream_that_is_not_there_or_empty_has_no_past()
    {
        var reader = new AuditReader(Store);
        Assert.Null(await reader.ReadBackAsync("lots/none", null, 10, AuditFilter.None, Cancellation));
        await Store.OpenAsync("lots/empty", Cancellation);
        Assert.Empty((await reader.ReadBackAsync("lots/empty", null, 10, AuditFilter.None, Cancellation))!.Entries);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.ReadBackAsync("lots/empty", null, 0, AuditFilter.None, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.ReadBackAsync("lots/empty", null, AuditReader.MaxEntries + 1, AuditFilter.None, Cancellation));
    }

    /// <summary>Event n is recorded in minute n and is of type n modulo 2; every third has no author, as before there were any.</summary>
    private async Task FillNotesAsync(string stream, int[] counts)
    {
        var (epoch, version) = await Store.OpenAsync(stream, Cancellation);
        foreach (var count in counts)
        {
            var json = new StringBuilder("[");
            for (var i = 1; i <= count; i++)
            {
                var n = version + i;
                var by = n % 3 == 0 ? "" : $$$""" "by":{"who":"accounts/{{{n % 2}}}","for":"accounts/2","at":"devices/gate-{{{n}}}"},""";
                var noted = $$$"""{"type":"noted{{{n % 2}}}","note":{"deep":[1,"}"]}}""";
                json.Append(i == 1 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$"""
                    {"version":{{{n}}},"recordedAt":"{{{FirstNoted.AddMinutes(n):O}}}","commandId":"c{{{n}}}",{{{by}}}"event":{{{noted}}} }
                    """);
            }

            Assert.Equal(AppendOutcome.Committed, await Store.AppendAsync(new Append(stream, epoch, version, count, Encoding.UTF8.GetBytes(json.Append(']').ToString()))));
            version += count;
        }
    }
}
