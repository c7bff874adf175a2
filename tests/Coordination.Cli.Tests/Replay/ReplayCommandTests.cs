using System.Text;
using System.Text.Json.Nodes;
using Coordination.Cli.Replay;
using Coordination.Testing;
using Coordination.Testing.Stub;

namespace Coordination.Cli.Tests.Replay;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_replay_creates_the_places_sends_every_line_and_ends_with_a_summary()
    {
        await using var stub = await StubServer.StartAsync();
        var summary = JsonNode.Parse(await ReplayAsync(stub, Sample()))!;
        Assert.Equal((3, 301, 286), ((int)summary["places"]!, (int)summary["lines"]!, (int)summary["accepted"]!));
        Assert.Equal((10, 4), ((int)summary["duplicates"]!, (int)summary["refused"]!["negative-count"]!));
        Assert.Equal(1, (int)summary["refused"]!["unreadable-line"]!);
        Assert.Equal(["parking-lots/lot-0", "parking-lots/lot-1", "parking-lots/lot-2"], stub.Places.Keys.Order());
    }

    [Fact]
    public async Task Every_line_sent_twice_counts_as_duplicates_and_changes_nothing_else()
    {
        await using var once = await StubServer.StartAsync();
        await using var twice = await StubServer.StartAsync();
        var single = JsonNode.Parse(await ReplayAsync(once, Sample()))!;
        var doubled = JsonNode.Parse(await ReplayAsync(twice, string.Concat(Sample().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{line}\n{line}\n"))))!;
        Assert.Equal((int)single["duplicates"]! + 300, (int)doubled["duplicates"]!);
        foreach (var field in new[] { "places", "accepted", "late", "overCapacity", "upward", "lastOccupiedSum" })
            Assert.Equal(single[field]!.ToJsonString(), doubled[field]!.ToJsonString());
    }

    [Fact]
    public async Task The_same_file_again_is_all_duplicates_with_the_same_crossings()
    {
        await using var stub = await StubServer.StartAsync();
        var first = JsonNode.Parse(await ReplayAsync(stub, Sample()))!;
        var again = JsonNode.Parse(await ReplayAsync(stub, Sample()))!;
        Assert.Equal(0, (int)again["accepted"]!);
        Assert.Equal((int)first["accepted"]! + (int)first["duplicates"]!, (int)again["duplicates"]!);
        Assert.Equal(first["upward"]!.ToJsonString(), again["upward"]!.ToJsonString());
        Assert.Equal(first["lastOccupiedSum"]!.ToJsonString(), again["lastOccupiedSum"]!.ToJsonString());
        Assert.Equal(first["refused"]!.ToJsonString(), again["refused"]!.ToJsonString());
    }

    [Fact]
    public async Task Another_day_of_the_same_places_is_new()
    {
        await using var stub = await StubServer.StartAsync();
        await ReplayAsync(stub, Sample());
        var next = JsonNode.Parse(await ReplayAsync(stub, Sample().Replace("2016-10-04", "2016-10-05", StringComparison.Ordinal)))!;
        Assert.Equal(286, (int)next["accepted"]!);
    }

    [Fact]
    public async Task The_order_and_the_size_of_the_requests_do_not_matter()
    {
        await using var stub = await StubServer.StartAsync();
        await using var other = await StubServer.StartAsync();
        Assert.Equal(await ReplayAsync(stub, Sample()), await ReplayAsync(other, Sample(), "--speed", "1000000x", "--chunk", "7"));
    }

    [Fact]
    public async Task Lost_answers_busy_moments_and_half_taken_requests_do_not_show_in_the_summary()
    {
        await using var calm = await StubServer.StartAsync();
        await using var stub = await StubServer.StartAsync();
        stub.RequestFaults.Enqueue(new StubFault { Status = 503 });
        stub.RequestFaults.Enqueue(new StubFault());
        stub.IngestFaults.Enqueue(new StubFault { AnswersBeforeCut = 0, LinesBeforeCut = 30 });
        stub.IngestFaults.Enqueue(new StubFault { Status = 503 });
        stub.IngestFaults.Enqueue(new StubFault { AnswersBeforeCut = 20, HalfLine = true });
        stub.IngestFaults.Enqueue(new StubFault { LaterPlace = "parking-lots/lot-1", LaterIsTaken = true });
        stub.IngestFaults.Enqueue(new StubFault { LaterPlace = "parking-lots/lot-1" });
        Assert.Equal(await ReplayAsync(calm, Sample()), await ReplayAsync(stub, Sample(), "--chunk", "40"));
    }

    [Fact]
    public async Task A_run_that_gave_up_is_resumed_with_the_same_summary()
    {
        await using var calm = await StubServer.StartAsync();
        await using var stub = await StubServer.StartAsync();
        // The server takes the third request, loses the answer, and is then busy for longer than the patience.
        stub.IngestFaults.Enqueue(new StubFault());
        stub.IngestFaults.Enqueue(new StubFault());
        stub.IngestFaults.Enqueue(new StubFault { AnswersBeforeCut = 0 });
        for (var i = 0; i < 50; i++)
            stub.IngestFaults.Enqueue(new StubFault { Status = 503 });
        var file = folder.Write("resume.csv", Sample());
        string[] replay = [file, "--server", stub.Address.ToString(), "--checkpoint", folder.File("resume.json"), "--chunk", "40", "--json"];
        var (code, _, error) = await Tool.RunAsync(["replay", .. replay, "--patience", "0.1s"]);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("--resume", error, StringComparison.Ordinal);
        stub.IngestFaults.Clear();
        Assert.Equal(await ReplayAsync(calm, Sample()), await Tool.SummaryAsync([.. replay, "--resume"]));
    }

    [Fact]
    public async Task A_run_killed_between_two_checkpoints_is_resumed_with_the_same_summary()
    {
        await using var calm = await StubServer.StartAsync();
        await using var stub = await StubServer.StartAsync();
        var (checkpoint, replay) = await KilledAsync(stub);
        Assert.True(Checkpoint.Load(checkpoint)!.MayHaveBeenSent > 0);
        Assert.Equal(await ReplayAsync(calm, Sample()), await Tool.SummaryAsync([.. replay, "--resume"]));
    }

    [Fact]
    public async Task Without_the_note_of_what_may_have_been_sent_it_would_take_its_own_lines_for_somebody_elses()
    {
        await using var calm = await StubServer.StartAsync();
        await using var stub = await StubServer.StartAsync();
        var (checkpoint, replay) = await KilledAsync(stub);
        var note = Checkpoint.Load(checkpoint)!;
        Checkpoint.Write(checkpoint, (note with { MayHaveBeenSent = 0 }).ToBytes());
        Assert.NotEqual(await ReplayAsync(calm, Sample()), await Tool.SummaryAsync([.. replay, "--resume"]));
    }

    [Fact]
    public async Task A_finished_run_that_is_resumed_says_the_same_again_and_sends_nothing()
    {
        await using var stub = await StubServer.StartAsync();
        string[] replay = [folder.Write("f.csv", Sample()), "--server", stub.Address.ToString(), "--checkpoint", folder.File("f.json")];
        var first = await Tool.SummaryAsync(replay);
        var requests = stub.IngestRequests.Count;
        Assert.Equal(first, await Tool.SummaryAsync([.. replay, "--resume"]));
        Assert.Equal(requests, stub.IngestRequests.Count);
    }

    [Fact]
    public async Task A_checkpoint_of_another_input_is_not_used()
    {
        await using var stub = await StubServer.StartAsync();
        string[] common = ["--server", stub.Address.ToString(), "--checkpoint", folder.File("c.json")];
        await Tool.SummaryAsync([folder.Write("one.csv", Sample()), .. common]);
        var (code, _, error) = await Tool.RunAsync(["replay", folder.Write("two.csv", "A,1,1,2016-10-04 08:00:00\n"), .. common, "--resume"]);
        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("other files", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenic_areas_are_opened_and_closed_by_hand()
    {
        await using var stub = await StubServer.StartAsync();
        var file = folder.Write("s.jsonl", """{"timestamp":"2025-11-25T00:00:03","data":{"rows":[{"CODE":"1","NAME":"园","TIME":"2025-11-25 07:54","MAX_NUM":10,"NUM":2,"TYPE":"闭园"},{"CODE":"2","NAME":"馆","TYPE":"正常","MAX_NUM":5,"NUM":0}]}}""");
        var summary = JsonNode.Parse(await Tool.SummaryAsync(file, "--server", stub.Address.ToString(), "--checkpoint", folder.File("s.json")))!;
        Assert.Equal((2, 1, 1, 1), ((int)summary["places"]!, (int)summary["lines"]!, (int)summary["accepted"]!, (int)summary["withoutTime"]!));
        Assert.Equal(("closed", "闭园"), stub.Places["scenic-areas/shanghai-1"].Operation);
        Assert.Equal("open", stub.Places["scenic-areas/shanghai-2"].Operation?.Operation);
        Assert.Empty(stub.Places["scenic-areas/shanghai-2"].Taken);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("replay", "no-such-file.csv")]
    [InlineData("replay", "x.csv", "--speed", "fast")]
    [InlineData("replay", "x.csv", "--chunk", "0")]
    [InlineData("replay", "x.csv", "--server", "nowhere")]
    [InlineData("replay", "x.csv", "--format", "french")]
    [InlineData("nonsense")]
    public async Task Wrong_usage_ends_with_two_and_a_sentence(params string[] arguments)
    {
        var (code, output, error) = await Tool.RunAsync(arguments);
        Assert.Equal(ExitCodes.Usage, code);
        Assert.NotEqual("", error + output);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("import")]
    [InlineData("verify")]
    [InlineData("export")]
    public async Task Help_has_examples(string command)
    {
        var (code, output, _) = await Tool.RunAsync(command, "--help");
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains($"coordination {command}", output, StringComparison.Ordinal);
    }

    /// <summary>A run whose last checkpoint is from before its lines were sent, as if it had been killed with all answers on the way.</summary>
    private async Task<(string Checkpoint, string[] Replay)> KilledAsync(StubServer stub)
    {
        var checkpoint = folder.File("killed.json");
        string[] replay = [folder.Write("killed.csv", Sample()), "--server", stub.Address.ToString(), "--checkpoint", checkpoint, "--chunk", "40"];
        byte[]? before = null;
        stub.OnLine = count =>
        {
            if (count == 100)
                before = File.ReadAllBytes(checkpoint);
        };
        await Tool.SummaryAsync(replay);
        stub.OnLine = null;
        Assert.NotNull(before);
        File.WriteAllBytes(checkpoint, before);
        return (checkpoint, replay);
    }

    private Task<string> ReplayAsync(StubServer stub, string text, params string[] more) => Tool.SummaryAsync(
        [folder.Write($"{Guid.NewGuid():n}.csv", text), "--server", stub.Address.ToString(), "--checkpoint", folder.File($"{Guid.NewGuid():n}.json"), .. more]);

    /// <summary>Three car parks one after the other, with repeats, negatives, values over capacity and a line that cannot be read.</summary>
    private static string Sample()
    {
        var text = new StringBuilder();
        for (var lot = 0; lot < 3; lot++)
        {
            for (var i = 0; i < 100; i++)
            {
                var occupied = lot == 0 && i is >= 20 and < 24 ? -1 : 60 + i * 37 % 50;
                // Some lines are those of the moment before once more.
                var minute = lot == 1 && i is >= 50 and < 60 ? 49 : i;
                if (minute != i)
                    occupied = 60 + 49 * 37 % 50;
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Lot {lot},100,{occupied},2016-10-04 {8 + minute / 60:00}:{minute % 60:00}:00\n");
            }
        }
        return text.Append("Lot 2,100,?,2016-10-04 10:00:00\n").ToString();
    }
}
