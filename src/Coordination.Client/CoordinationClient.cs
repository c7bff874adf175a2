using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Coordination.Client;

/// <summary>
/// The public API, typed. Commands are sent again with the same id when the server is overloaded, restarting or out of reach, so a
/// lost answer never does the work twice. With several hosts of a cluster it starts at a random one and moves on to the next, with the
/// same id, when one cannot be reached or says that it cannot answer now. Thread-safe.
/// </summary>
public sealed class CoordinationClient
{
    private readonly HttpClient http;
    private readonly ServerRing servers;
    private readonly RetryPolicy retry;
    private readonly TimeProvider time;

    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the server; the caller owns it.</param>
    /// <param name="retry">When to send again; <see cref="RetryPolicy.Default"/> when left out.</param>
    /// <param name="time">Clock of the waits.</param>
    public CoordinationClient(HttpClient http, RetryPolicy? retry = null, TimeProvider? time = null)
        : this(http, [http.BaseAddress ?? throw new ArgumentException("BaseAddress names the server.", nameof(http))], retry, time)
    {
    }

    /// <param name="http">Sends the requests; the caller owns it. A short <see cref="SocketsHttpHandler.ConnectTimeout"/> finds out sooner that a host is gone.</param>
    /// <param name="servers">Base addresses of the hosts of one cluster; at least one.</param>
    /// <param name="retry">When to send again; <see cref="RetryPolicy.Default"/> when left out. Its waits are those between rounds over all hosts.</param>
    /// <param name="time">Clock of the waits.</param>
    public CoordinationClient(HttpClient http, IEnumerable<Uri> servers, RetryPolicy? retry = null, TimeProvider? time = null)
    {
        this.http = http;
        this.servers = new ServerRing(servers);
        this.retry = retry ?? RetryPolicy.Default;
        this.time = time ?? TimeProvider.System;
    }

    /// <summary>
    /// An attempt without an answer for this long is given up and made again, at the next host if there are several. Longer than the 5 s
    /// within which a host answers, and much shorter than the patience, which must last for more than one host that hangs.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Which server this is.</summary>
    public Task<ServerInfo> GetServerAsync(CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Get, "api/server", null, null, ClientJson.Default.ServerInfo, cancellation);

    /// <summary>Creates a place or replaces what is said about it.</summary>
    /// <param name="place">Path such as <c>parking-lots/jingtie-north</c>.</param>
    /// <param name="profile">What is said about it.</param>
    /// <param name="cancellation">Ends the wait, not the work.</param>
    /// <exception cref="CoordinationException">The profile is refused, or the server stayed out of reach.</exception>
    public Task<PutReply> PutPlaceAsync(string place, PlaceProfile profile, CancellationToken cancellation = default) =>
        PutPlaceAsync(place, JsonSerializer.SerializeToElement(profile, ClientJson.Default.PlaceProfile), cancellation);

    /// <summary>The same with the profile as JSON; also for communities.</summary>
    public async Task<PutReply> PutPlaceAsync(string place, JsonElement profile, CancellationToken cancellation = default)
    {
        var created = false;
        var view = await SendAsync(
            HttpMethod.Put, $"api/{place}", () => JsonContent.Create(profile, ClientJson.Default.JsonElement), NewKey(), ClientJson.Default.JsonElement,
            cancellation, response => created = response.StatusCode == HttpStatusCode.Created);
        return new PutReply(created, view);
    }

    /// <summary>The profile as it is kept; null when there is no such place.</summary>
    public async Task<JsonElement?> GetProfileAsync(string place, CancellationToken cancellation = default) =>
        await OrNull(SendAsync(HttpMethod.Get, $"api/{place}/profile", null, null, ClientJson.Default.JsonElement, cancellation));

    /// <summary>The view of a car park or scenic area; null when there is no such place.</summary>
    public async Task<PlaceView?> GetPlaceAsync(string place, CancellationToken cancellation = default)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, $"api/{place}", null, null, ClientJson.Default.PlaceView, cancellation);
        }
        catch (CoordinationException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The view of a community, by its slug; null when there is none.</summary>
    public async Task<CommunityView?> GetCommunityAsync(string slug, CancellationToken cancellation = default)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, $"api/communities/{slug}", null, null, ClientJson.Default.CommunityView, cancellation);
        }
        catch (CoordinationException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>A page of the places of a kind.</summary>
    /// <param name="kind"><c>parking-lots</c>, <c>scenic-areas</c> or <c>communities</c>.</param>
    /// <param name="query">Part of a name; null for all.</param>
    /// <param name="page">From 1.</param>
    /// <param name="pageSize">1 to 200.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<PlacePage> ListAsync(string kind, string? query = null, int page = 1, int pageSize = 50, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Get, $"api/{kind}?page={page}&pageSize={pageSize}" + (query is null ? "" : $"&query={Uri.EscapeDataString(query)}"),
            null, null, ClientJson.Default.PlacePage, cancellation);

    /// <summary>Some went in or out. Safe to repeat with the same sequence.</summary>
    public Task<InputReply> PostMovementAsync(string place, Movement movement, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, $"api/{place}/movements", () => JsonContent.Create(movement, ClientJson.Default.Movement), null, ClientJson.Default.InputReply, cancellation);

    /// <summary>An absolute count. Safe to repeat with the same sequence.</summary>
    public Task<InputReply> PostReadingAsync(string place, Reading reading, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, $"api/{place}/readings", () => JsonContent.Create(reading, ClientJson.Default.Reading), null, ClientJson.Default.InputReply, cancellation);

    /// <summary>Sets a count by hand; who and why are kept.</summary>
    /// <param name="place">Path of the place.</param>
    /// <param name="zone">The zone, if the place has zones.</param>
    /// <param name="occupied">How many are inside.</param>
    /// <param name="by">Who, 1 to 80 characters.</param>
    /// <param name="reason">Why, 1 to 200 characters.</param>
    /// <param name="key">Idempotency-Key; a new one when left out.</param>
    /// <param name="cancellation">Ends the wait, not the work.</param>
    public Task<CommandReply> CorrectAsync(
        string place, string? zone, int occupied, string by, string reason, string? key = null, CancellationToken cancellation = default) =>
        CommandAsync(HttpMethod.Post, $"api/{place}/corrections", new CorrectionRequest(zone, occupied, by, reason), ClientJson.Default.CorrectionRequest, key, cancellation);

    /// <summary>Another capacity from an instant on; null makes it unknown.</summary>
    public Task<CommandReply> ChangeCapacityAsync(
        string place, string? zone, int? capacity, DateTimeOffset? effectiveAt = null, string? key = null, CancellationToken cancellation = default) =>
        CommandAsync(HttpMethod.Post, $"api/{place}/capacity-changes", new CapacityChangeRequest(zone, capacity, effectiveAt), ClientJson.Default.CapacityChangeRequest, key, cancellation);

    /// <summary>Opens or closes by hand (<c>open</c>, <c>closed</c>), or hands back to the schedule (<c>automatic</c>).</summary>
    public Task<CommandReply> SetOperationAsync(
        string place, string operation, string by, string reason, string? key = null, CancellationToken cancellation = default) =>
        CommandAsync(HttpMethod.Put, $"api/{place}/operation", new OperationRequest(operation, by, reason), ClientJson.Default.OperationRequest, key, cancellation);

    /// <summary>
    /// Sends lines for any number of places and answers each, in their order. Lines are taken as they are asked for; nothing is
    /// lost or counted twice when the connection breaks or the server restarts.
    /// </summary>
    /// <exception cref="CoordinationException">Nothing was answered for as long as the patience of the options; or the request itself is refused.</exception>
    public IAsyncEnumerable<IngestResult> IngestAsync(
        IAsyncEnumerable<IngestLine> lines, IngestOptions? options = null, CancellationToken cancellation = default) =>
        new IngestSender(http, servers, time, options ?? new IngestOptions { Retry = retry }).SendAsync(lines, cancellation);

    private Task<CommandReply> CommandAsync<T>(
        HttpMethod method, string path, T body, JsonTypeInfo<T> type, string? key, CancellationToken cancellation) =>
        SendAsync(method, path, () => JsonContent.Create(body, type), key ?? NewKey(), ClientJson.Default.CommandReply, cancellation);

    private async Task<TReply> SendAsync<TReply>(
        HttpMethod method, string path, Func<HttpContent>? body, string? key, JsonTypeInfo<TReply> reply, CancellationToken cancellation,
        Action<HttpResponseMessage>? onReply = null)
    {
        var started = time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            TimeSpan? retryAfter = null;
            Exception failure;
            var server = servers.Current;
            using (var timeout = new CancellationTokenSource(AttemptTimeout, time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation))
            {
                try
                {
                    using var request = new HttpRequestMessage(method, new Uri(server, path)) { Content = body?.Invoke() };
                    request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
                    if (key is not null)
                        request.Headers.Add("Idempotency-Key", key);
                    using var response = await http.SendAsync(request, either.Token);
                    if (response.IsSuccessStatusCode)
                    {
                        onReply?.Invoke(response);
                        return await response.Content.ReadFromJsonAsync(reply, either.Token)
                            ?? throw new CoordinationException($"{method} {path}: the answer is empty.");
                    }
                    failure = await CoordinationException.FromAsync(response, either.Token);
                    if (!RetryPolicy.IsRetryable(response.StatusCode))
                        throw failure;
                    retryAfter = RetryPolicy.RetryAfterOf(response, time);
                }
                catch (Exception error) when (error is HttpRequestException or IOException)
                {
                    failure = error;
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    failure = new TimeoutException($"No answer for {AttemptTimeout.TotalSeconds:F0} s.");
                }
            }
            if (failures >= servers.Count && time.GetElapsedTime(started) >= retry.Patience)
                throw failure as CoordinationException ?? new CoordinationException($"{method} {path}: {failure.Message}", failure);
            servers.MoveOn(server);
            await Task.Delay(servers.DelayAfter(retry, failures, retryAfter), time, cancellation);
        }
    }

    private static async Task<JsonElement?> OrNull(Task<JsonElement> reply)
    {
        try
        {
            return await reply;
        }
        catch (CoordinationException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static string NewKey() => Guid.CreateVersion7().ToString();
}
