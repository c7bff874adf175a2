using System.Text;
using System.Text.Json.Nodes;
using Coordination.Fuzz.Checks;
using Coordination.Fuzz.Description;
using Coordination.Fuzz.Generation;
using Coordination.Fuzz.Wire;

namespace Coordination.Fuzz;

/// <summary>One sender with a connection and two places of its own, whose counts it knows.</summary>
internal sealed class Lane
{
    private const int Pipeline = 16;

    private readonly FuzzReport report;
    private readonly AnswerCheck check;
    private readonly RequestFactory factory;
    private readonly Dice dice;
    private readonly Uri server;
    private readonly Dictionary<FuzzRequest, Func<FuzzAnswer, string?>> models = new(ReferenceEqualityComparer.Instance);
    private readonly int number;
    private RawConnection? connection;
    private int sequence;
    private int sent;

    public Lane(int number, ApiDocument document, FuzzOptions options, Uri server, DateTimeOffset start, FuzzReport report)
    {
        (this.number, this.server, this.report) = (number, server, report);
        dice = new Dice(HashOf(options.Seed, number));
        factory = new RequestFactory(document, dice, options, server, start);
        check = new AnswerCheck(document.Codes);
        Places = [new ModelPlace($"model-{number}"), new ModelPlace($"model-{number}-lines")];
    }

    public IReadOnlyList<ModelPlace> Places { get; }

    public async Task CreatePlacesAsync()
    {
        var requests = Places.Select(place => factory.Sound("PUT", place.Path, "application/json", ModelPlace.Profile)).ToList();
        await SendAsync(requests);
    }

    public async Task RunAsync(int requests)
    {
        for (var done = 0; done < requests && !report.IsEnough;)
        {
            var batch = new List<FuzzRequest>();
            while (batch.Count < Pipeline && done + batch.Count < requests && batch is not [.., { IsLast: true }])
                batch.Add(dice.Below(100) switch { < 12 => Input(), < 14 => Correction(), < 15 => Ingest(), _ => factory.Next() });
            done += batch.Count;
            // What is broken off comes alone: Kestrel gives up a connection at the sight of its end, whatever is still to be answered.
            var last = batch[^1].IsLast ? batch[^1..] : [];
            await SendAsync(batch[..^last.Count]);
            await SendAsync(last);
        }
        connection?.Dispose();
        connection = null;
    }

    /// <summary>Sends a pipeline, on new connections for what a closed one has left.</summary>
    private async Task SendAsync(List<FuzzRequest> batch)
    {
        while (batch.Count > 0)
        {
            connection ??= await RawConnection.OpenAsync(server);
            var (answers, fault) = await connection.ExchangeAsync(batch);
            for (var i = 0; i < answers.Count; i++)
                Look(batch[i], answers[i]);
            var rest = batch.Skip(answers.Count).ToList();
            var wasTold = answers.Count > 0 && answers[^1].ClosesConnection;
            if (rest.Count > 0 && !wasTold)
            {
                if (rest[0].Standing != Standing.Broken)
                    report.Fault($"lane {number}, request {sent}", rest[0], fault ?? "no answer: the connection was closed");
                else
                    report.CountCut();
                sent++;
                rest.RemoveAt(0);
            }
            if (rest.Count > 0 || wasTold || fault is not null || batch[^1].IsLast)
            {
                connection.Dispose();
                connection = null;
            }
            batch = rest;
        }
    }

    private void Look(FuzzRequest request, FuzzAnswer answer)
    {
        sent++;
        report.Count(answer);
        var fault = check.Fault(request, answer);
        if (models.Remove(request, out var model))
            fault ??= model(answer);
        if (fault is not null)
            report.Fault($"lane {number}, request {sent}", request, $"{fault}\n{answer}");
    }

    private FuzzRequest Input()
    {
        var (place, isMovement) = (Places[0], dice.Chance(0.6));
        var body = InputBody(isMovement, "");
        var request = factory.Sound("POST", $"{place.Path}/{(isMovement ? "movements" : "readings")}", "application/json", body);
        models[request] = answer => answer.Status == 200 ? place.Input(body, JsonNode.Parse(answer.Body)) : null;
        return request;
    }

    private FuzzRequest Correction()
    {
        var (place, key) = (Places[0], dice.Below(60));
        // The same key always says the same.
        var body = $$"""{"occupied":{{key * 7}},"by":"lane","reason":"key {{key}}"}""";
        var request = factory.Sound("POST", $"{place.Path}/corrections", "application/json", body, $"Idempotency-Key: lane-{key}");
        models[request] = answer => answer.Status == 200 ? place.Correction(body, $"{key}", JsonNode.Parse(answer.Body)) : null;
        return request;
    }

    private FuzzRequest Ingest()
    {
        var place = Places[1];
        var lines = Enumerable.Range(0, dice.Of([1, 5, 30])).Select(_ => dice.Chance(0.2)
            ? factory.Json.Nonsense().Replace('\n', ' ')
            : InputBody(dice.Chance(0.6), $"\"place\":\"parking-lots/{place.Id}\",\"type\":\"")).ToList();
        var request = factory.Sound("POST", "/api/ingest", "application/x-ndjson", string.Join('\n', lines));
        models[request] = answer =>
        {
            if (answer.Status != 200)
                return null;
            var results = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (results.Length != lines.Count)
                return $"{results.Length} results for {lines.Count} lines";
            return results.Select((result, i) => place.Input(lines[i], JsonNode.Parse(result))).FirstOrDefault(fault => fault is not null);
        };
        return request;
    }

    /// <summary>An input for a place of this lane: mostly sound, at times one again, at times a little wrong.</summary>
    private string InputBody(bool isMovement, string prefix)
    {
        var number = dice.Chance(0.1) ? dice.Between(1, sequence + 1) : ++sequence;
        var figure = dice.Chance(0.06) ? dice.Of(Hostile.Numbers) : $"{dice.Between(isMovement ? 1 : 0, isMovement ? 9 : 600)}";
        var at = dice.Chance(0.04) ? System.Text.Json.JsonSerializer.Serialize(dice.Of(Hostile.Instants)) : $"\"{factory.Json.Instant()}\"";
        var device = dice.Chance(0.03) ? System.Text.Json.JsonSerializer.Serialize(dice.Of(Hostile.Texts)) : $"\"gate-{dice.Below(4)}\"";
        var text = new StringBuilder("{").Append(prefix);
        if (prefix.Length > 0)
            text.Append(isMovement ? "movement\"," : "reading\",");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\"deviceId\":{device},\"sequence\":{number},\"at\":{at},");
        text.Append(isMovement ? $"\"direction\":\"{dice.Of(["in", "out"])}\",\"count\":{figure}" : $"\"{dice.Of(["occupied", "occupied", "free"])}\":{figure}");
        return text.Append('}').ToString();
    }

    private static int HashOf(int seed, int number) => unchecked((seed * 397) ^ (number * 7919));
}
