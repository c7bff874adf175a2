using FsCheck.Xunit;
using static Coordination.Ledger.Tests.Stores.StoreTestExtensions;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>Any sequence of calls gives what a naive model gives.</summary>
public abstract partial class EventStoreContract
{
    /// <summary>A call, chosen by numbers so that a failing sequence shrinks well.</summary>
    /// <param name="Kind">Which call.</param>
    /// <param name="Stream">On which of four streams.</param>
    /// <param name="Offset">How far from what would fit.</param>
    /// <param name="Count">How many events.</param>
    public readonly record struct Step(byte Kind, byte Stream, byte Offset, byte Count);

    [Property(MaxTest = 100)]
    public async Task Any_sequence_of_calls_equals_a_naive_model(Step[] steps)
    {
        var run = $"{Guid.NewGuid():N}/"; // A part of the store that no other sequence touches.
        var model = new Dictionary<string, ModelStream>(StringComparer.Ordinal);
        foreach (var step in steps)
            await TakeAsync(step, run, model);
        await ReopenAsync();
        await CompareAsync(run, model);
    }

    private async Task TakeAsync(Step step, string run, Dictionary<string, ModelStream> model)
    {
        var name = run + "abcd"[step.Stream % 4];
        var known = model.GetValueOrDefault(name) ?? new ModelStream();
        var shift = step.Offset % 4 is 3 ? step.Offset % 3 - 1 : 0; // Fits three times out of four.
        switch (step.Kind % 6)
        {
            case 0:
                model[name] = known;
                known.Epoch++;
                Assert.Equal(new OpenedStream(known.Epoch, known.Events), await Store.OpenAsync(name, Cancellation));
                break;
            case 1 or 2:
                var append = Batch(name, known.Epoch + shift, known.Events, 1 + step.Count % 5, $"{step.Offset}");
                Assert.Equal(known.Append(append), await Store.AppendAsync(append));
                break;
            case 3:
                Append[] appends = [.. "abcd".Select(c => (Name: run + c, Known: model.GetValueOrDefault(run + c) ?? new ModelStream()))
                    .Select(s => Batch(s.Name, s.Known.Epoch, Math.Max(0, s.Known.Events + (s.Name == name ? shift : 0)), 1 + step.Count % 3))];
                var expected = appends.Select(a => (model.GetValueOrDefault(a.Stream) ?? new ModelStream()).Append(a)).ToArray();
                Assert.Equal(expected, await Store.AppendAsync(appends, Cancellation));
                break;
            case 4:
                var snapshot = new StreamSnapshot(Math.Max(0, known.Events + 1 - step.Count % 4), $"{step.Offset}".Bytes());
                if (known.Epoch > 0 && snapshot.Version <= known.Events && snapshot.Version >= (known.Snapshot?.Version ?? 0))
                    known.Snapshot = snapshot;
                await Store.WriteSnapshotAsync(name, snapshot, Cancellation);
                break;
            default:
                await CompareAsync(run, model, step.Count);
                break;
        }
    }

    private async Task CompareAsync(string run, Dictionary<string, ModelStream> model, long after = 0)
    {
        Assert.Equal(
            model.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new StreamInfo(s.Key, s.Value.Epoch, s.Value.Events)),
            await Store.ListAllAsync(run));
        foreach (var (name, known) in model)
        {
            Assert.Equal(
                known.Batches.Where(b => b.ExpectedVersion + b.Count > after).Select(b => (b.ExpectedVersion + 1, b.Count, b.Payload.Text())),
                (await Store.ReadAllAsync(name, after)).Select(b => (b.FirstVersion, b.Count, b.Payload.Text())));
            var snapshot = await Store.ReadSnapshotAsync(name, Cancellation);
            Assert.Equal((known.Snapshot?.Version, known.Snapshot?.Payload.Text()), (snapshot?.Version, snapshot?.Payload.Text()));
        }
    }

    private sealed class ModelStream
    {
        public long Epoch { get; set; }

        public long Events { get; private set; }

        public List<Append> Batches { get; } = [];

        public StreamSnapshot? Snapshot { get; set; }

        public AppendOutcome Append(Append append)
        {
            if (Epoch == 0 || append.Epoch != Epoch)
                return AppendOutcome.Fenced;
            if (append.ExpectedVersion != Events)
                return AppendOutcome.VersionConflict;
            Batches.Add(append);
            Events += append.Count;
            return AppendOutcome.Committed;
        }
    }
}
