using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Coordination.Contracts.Live;
using Coordination.Contracts.Places;
using Coordination.Domain;
using Coordination.Domain.Occupancy;
using Coordination.Grains.Occupancy;
using Coordination.Ledger;
using Coordination.Simulation.Cluster;
using Coordination.Simulation.Kernel;

namespace Coordination.Simulation.Checks;

/// <summary>
/// Knows what is on the disk and what clients were told, and nothing of how the product came to it. Told of everything at the
/// moment it happens; the first thing that does not fit ends the run.
/// </summary>
internal sealed class Checker(World world, SimulationOptions options)
{
    private readonly Dictionary<string, PlaceLog> logs = new(StringComparer.Ordinal);
    private readonly List<(PlaceId Place, string CommandId, long Version)> acknowledgedCommands = [];
    private readonly List<(PlaceId Place, OccupancyInput Input, bool Late)> acknowledgedInputs = [];
    private readonly HashSet<PlaceId> created = [];
    private readonly HashSet<(string Topic, long Epoch, long Version)> checkedViews = [];
    private readonly Dictionary<Activation, OccupancyState> checkedStates = [];

    /// <summary>Acknowledgements so far, by which one can see that a run did something.</summary>
    public int Acknowledged => acknowledgedCommands.Count + acknowledgedInputs.Count;

    public PlaceLog LogOf(string stream)
    {
        if (!logs.TryGetValue(stream, out var log))
        {
            PlaceId.TryParse(stream, out var place);
            logs.Add(stream, log = new PlaceLog(place));
        }
        return log;
    }

    /// <summary>A batch is durable from now on.</summary>
    public void Appended(string stream, EventBatch batch)
    {
        var log = LogOf(stream);
        var writtenOver = batch.FirstVersion <= log.Version;
        if (writtenOver)
            log.CutTo(batch.FirstVersion - 1);
        if (batch.FirstVersion != log.Version + 1)
        {
            world.Fail(Fault.VersionGap, $"{stream}: version {batch.FirstVersion} follows {log.Version}.");
            return;
        }
        foreach (var envelope in EventBatchReader.Read(batch, OccupancyModel.Instance.ReadEvent))
        {
            if (log.Add(envelope) is { } doubled)
                world.Fail(Fault.Doubled, $"{stream}: version {envelope.Version} is a second outcome of {doubled}.");
            if (envelope.Event is ReadingRecorded { Occupied: < 0 } or CountCorrected { Occupied: < 0 })
                world.Fail(Fault.WrongAnswer, $"{stream}: version {envelope.Version} is a negative count.");
        }
        if (writtenOver)
            CheckAcknowledged();
    }

    /// <summary>A snapshot is about to be written: it must be the state of its version, with the outcomes up to it.</summary>
    public void SnapshotWritten(string stream, StreamSnapshot snapshot)
    {
        var log = LogOf(stream);
        if (snapshot.Version > log.Version)
        {
            world.Fail(Fault.Uncommitted, $"{stream}: a snapshot of version {snapshot.Version}, and {log.Version} is durable.");
            return;
        }
        var folded = StreamFolder.ReadSnapshot(snapshot, OccupancyModel.Instance);
        CompareStates($"{stream}: the snapshot", folded.State, snapshot.Version, log);
        if (!folded.Outcomes.ToArray().SequenceEqual(log.OutcomesTo(snapshot.Version)))
            world.Fail(Fault.StateDiffers, $"{stream}: the snapshot of version {snapshot.Version} has other command outcomes than its events.");
    }

    /// <summary>What an activation takes for committed.</summary>
    public void Committed(Activation activation)
    {
        var (stream, log) = (activation.Stream, LogOf(activation.Stream.Name));
        if (ReferenceEquals(checkedStates.GetValueOrDefault(activation), stream.CommittedState))
            return;
        checkedStates[activation] = stream.CommittedState;
        if (stream.CommittedVersion > log.Version)
            world.Fail(Fault.Uncommitted, $"{activation.Lane.Name} takes version {stream.CommittedVersion} for committed, and {log.Version} is durable.");
        else
            CompareStates(activation.Lane.Name, stream.CommittedState, stream.CommittedVersion, log);
    }

    /// <summary>A view has left its activation.</summary>
    public void Shown(LiveView view)
    {
        if (!checkedViews.Add((view.Topic, view.Epoch, view.Version)))
            return;
        var log = LogOf(view.Topic);
        if (view.Version > log.Version)
        {
            world.Fail(Fault.Uncommitted, $"{view.Topic}: a view of version {view.Version}, and {log.Version} is durable.");
            return;
        }
        var expected = OccupancyView.Of(log.Place, log.StateAt(view.Version), view.Epoch, view.Version);
        if (expected is null || !view.Json.Span.SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(expected, DomainJson.Instance.OccupancyView)))
            world.Fail(Fault.WrongView, $"{view.Topic} {view.Epoch}.{view.Version} shows {Encoding.UTF8.GetString(view.Json.Span)}");
        else if (RulesOfViews.Broken(expected) is { } broken)
            world.Fail(Fault.WrongView, $"{view.Topic} {view.Epoch}.{view.Version}: {broken}");
    }

    /// <summary>A client was answered by a command.</summary>
    /// <param name="place">The place it asked.</param>
    /// <param name="command">What it asked.</param>
    /// <param name="key">Its id.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="keyWasUsed">Whether the client had used the id for another body.</param>
    /// <param name="placeExisted">Whether the place had been acknowledged when the client asked.</param>
    public void Answered(PlaceId place, OccupancyCommand command, CommandKey key, CommandReply reply, bool keyWasUsed, bool placeExisted)
    {
        var result = reply.Result;
        switch (result.Status)
        {
            case CommandStatus.Replayed:
            case CommandStatus.Done when reply.Changed:
                if (keyWasUsed)
                    world.Fail(Fault.WrongAnswer, $"{key.Id} was done again with another body.");
                acknowledgedCommands.Add((place, key.Id, result.Version));
                if (command is DefinePlace)
                    created.Add(place);
                if (!options.LooksOnlyAtTheEnd)
                    CheckCommand(place, key.Id, result.Version);
                break;
            case CommandStatus.KeyReused when !keyWasUsed:
                world.Fail(Fault.WrongAnswer, $"{key.Id} was not used for another body.");
                break;
            case CommandStatus.Rejected when placeExisted && result.Rejection!.Code == "place-not-found":
                world.Fail(Fault.AcknowledgedLost, $"{place} was created, and is not found.");
                break;
        }
    }

    /// <summary>Whether a client was told that a place exists.</summary>
    public bool IsCreated(PlaceId place) => created.Contains(place);

    /// <summary>A client was told of an input.</summary>
    public void Answered(PlaceId place, OccupancyInput input, in InputOutcome outcome, bool placeExisted)
    {
        if (outcome.Rejection is { } rejection)
        {
            if (placeExisted && rejection.Code == "place-not-found")
                world.Fail(Fault.AcknowledgedLost, $"{place} was created, and is not found.");
            return;
        }
        var late = (outcome.Status == InputStatus.Duplicate ? outcome.First : outcome.Status) == InputStatus.Late;
        acknowledgedInputs.Add((place, input, late));
        if (options.LooksOnlyAtTheEnd)
            return;
        CheckInput(place, input, late);
        if (outcome.Status != InputStatus.Duplicate && LogOf(place.ToString()).Find(input.DeviceId, input.Sequence) is { } version && version != outcome.Version)
            world.Fail(Fault.WrongAnswer, $"{place}: {input.DeviceId} {input.Sequence} is version {version}, and {outcome.Version} was told.");
    }

    /// <summary>Everything that was ever acknowledged is on the disk as it was told.</summary>
    public void CheckAcknowledged()
    {
        foreach (var (place, id, version) in acknowledgedCommands)
            CheckCommand(place, id, version);
        foreach (var (place, input, late) in acknowledgedInputs)
            CheckInput(place, input, late);
    }

    /// <summary>Reads every stream as a start would, from its snapshot and from its first event, and compares with what became durable.</summary>
    public async Task CheckDiskAsync(IEventStore store)
    {
        foreach (var (stream, log) in logs)
        {
            foreach (var useSnapshot in (bool[])[true, false])
            {
                var folded = await StreamFolder.FoldAsync(store, stream, OccupancyModel.Instance, useSnapshot);
                if (folded.Version != log.Version)
                    world.Fail(Fault.AcknowledgedLost, $"{stream}: {log.Version} events became durable, and {folded.Version} can be read.");
                else
                    CompareStates($"{stream}: the replay (from its snapshot: {useSnapshot})", folded.State, folded.Version, log);
                if (!folded.Outcomes.ToArray().SequenceEqual(log.OutcomesTo(folded.Version)))
                    world.Fail(Fault.StateDiffers, $"{stream}: a replay gives other command outcomes than its events.");
            }
            var chain = new ChainCheck(stream);
            await foreach (var batch in store.ReadAsync(stream, 0, CancellationToken.None))
                chain.Add(batch);
            if (chain.Broken is not null || (chain.ChainedFrom is not 1 && chain.Version > 0))
                world.Fail(Fault.BrokenChain, $"{stream}: {chain.Broken ?? "its first batch has no link"}.");
        }
    }

    private void CheckCommand(PlaceId place, string id, long version)
    {
        if (LogOf(place.ToString()).Find(id) is not { } found)
            world.Fail(Fault.AcknowledgedLost, $"{place}: command {id} was acknowledged at version {version} and is not on the disk.");
        else if (found != version)
            world.Fail(Fault.Doubled, $"{place}: command {id} was acknowledged at version {version} and is on the disk at {found}.");
    }

    private void CheckInput(PlaceId place, OccupancyInput input, bool late)
    {
        var log = LogOf(place.ToString());
        if (log.Find(input.DeviceId, input.Sequence) is not { } version)
        {
            world.Fail(Fault.AcknowledgedLost, $"{place}: input {input.DeviceId} {input.Sequence} was acknowledged and is not on the disk.");
            return;
        }
        var same = log.EventAt(version).Event switch
        {
            ReadingRecorded reading => reading.Late == late && reading.At == input.At && reading.Zone == input.Zone && reading.Free == input.Free
                && (input.Occupied is null || reading.Occupied == input.Occupied),
            MovementRecorded movement => movement.Late == late && movement.At == input.At && movement.Zone == input.Zone
                && movement.Direction == input.Direction && movement.Count == input.Count,
            _ => false,
        };
        if (!same)
            world.Fail(Fault.WrongAnswer, $"{place}: input {input.DeviceId} {input.Sequence} was told otherwise than version {version} says.");
    }

    private void CompareStates(string whose, OccupancyState state, long version, PlaceLog log)
    {
        var found = PlaceLog.JsonOf(state);
        var ought = PlaceLog.JsonOf(log.StateAt(version));
        if (!found.SequenceEqual(ought))
            world.Fail(Fault.StateDiffers, $"{whose} at version {version} is {Encoding.UTF8.GetString(found)} and ought to be {Encoding.UTF8.GetString(ought)}");
    }
}
