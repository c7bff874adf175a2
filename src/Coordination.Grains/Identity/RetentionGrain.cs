using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Coordination.Contracts.Identity;
using Coordination.Ledger.Vault;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Coordination.Grains.Identity;

/// <summary>
/// Walks through what the vault holds about people and has each account remove what has outlived its period. What it removed is kept beside
/// it. A run that is interrupted is done again: what is gone is not there to be removed twice.
/// </summary>
[Reentrant]
public sealed partial class RetentionGrain(
    IVaultStore vault, TimeProvider time, IOptions<RetentionOptions> options, ILogger<RetentionGrain> logger) : Grain, IRetentionGrain
{
    public const string MeterName = "Coordination.Retention";

    private const string Entry = "system/retention";
    private const string SignIns = "sign-ins";
    private const string Looks = "looks";
    private const string EndedSessions = "ended-sessions";
    private const string RevokedKeys = "revoked-keys";
    private const string Erased = "erased-accounts";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Removed = Meter.CreateCounter<long>("coordination.retention.removed", "{item}", "What has outlived its period and was removed, by kind.");
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("coordination.retention.runs", "{run}", "Runs that removed what has outlived its period, by outcome.");

    private Task<RetentionReport>? running;

    /// <summary>Shows the figures from the start, so that none that does not grow is missed.</summary>
    public static void ShowMetrics()
    {
        foreach (var kind in (string[])[SignIns, Looks, EndedSessions, RevokedKeys, Erased])
            Removed.Add(0, new KeyValuePair<string, object?>("kind", kind));
        foreach (var outcome in (string[])["done", "failed"])
            Runs.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public async Task RunIfDue()
    {
        if (running is null && (await GetReport()).LastRunAt is var last && (last is null || last < options.Value.LastDue(time.GetUtcNow())))
            Run().Ignore();
    }

    public Task<RetentionReport> Run() => running ??= RunAsync();

    public async Task<RetentionReport> GetReport()
    {
        var kept = await vault.FindAsync(Entry, CancellationToken.None) is { } entry ? JsonSerializer.Deserialize(entry.Value.Span, PersonJson.Default.RetentionRecord) : null;
        return Report(kept ?? new RetentionRecord());
    }

    private async Task<RetentionReport> RunAsync()
    {
        await Task.Yield();
        try
        {
            var removed = new Dictionary<string, long>();
            await SweepAccountsAsync(removed);
            await SweepKeysAsync("devices", removed);
            await SweepKeysAsync("programs", removed);
            var report = await KeepAsync(removed);
            foreach (var (kind, count) in removed)
                Removed.Add(count, new KeyValuePair<string, object?>("kind", kind));
            Runs.Add(1, new KeyValuePair<string, object?>("outcome", "done"));
            LogRun(removed.GetValueOrDefault(SignIns), removed.GetValueOrDefault(Looks), removed.GetValueOrDefault(EndedSessions), removed.GetValueOrDefault(RevokedKeys), removed.GetValueOrDefault(Erased));
            return report;
        }
        catch (Exception failure)
        {
            Runs.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));
            LogFailed(failure.Message);
            throw;
        }
        finally
        {
            running = null;
        }
    }

    /// <summary>Everybody about whom the vault holds something, one after the other: there is time until tomorrow.</summary>
    private async Task SweepAccountsAsync(Dictionary<string, long> removed)
    {
        string? last = null;
        await foreach (var entry in vault.ListAsync("accounts/", CancellationToken.None))
        {
            if (entry.Name.Split('/') is not [_, var id, ..] || id == last)
                continue;
            last = id;
            var swept = await GrainFactory.GetGrain<IAccountGrain>(id).Sweep(options.Value.Periods);
            Add(removed, SignIns, swept.SignIns);
            Add(removed, Looks, swept.Looks);
            Add(removed, EndedSessions, swept.Sessions);
            Add(removed, Erased, swept.Leftovers > 0 ? 1 : 0);
        }
    }

    private async Task SweepKeysAsync(string kind, Dictionary<string, long> removed)
    {
        var before = time.GetUtcNow() - options.Value.Periods.RevokedKeys;
        await foreach (var entry in vault.ListAsync($"members/{kind}/", CancellationToken.None))
        {
            var id = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
            if (await GrainFactory.GetGrain<IKeyHolderGrain>($"{kind}/{id}").ForgetIfRevoked(before))
                Add(removed, RevokedKeys, 1);
        }
    }

    private async Task<RetentionReport> KeepAsync(Dictionary<string, long> removed)
    {
        var entry = await vault.FindAsync(Entry, CancellationToken.None);
        var before = entry is null ? new RetentionRecord() : JsonSerializer.Deserialize(entry.Value.Span, PersonJson.Default.RetentionRecord) ?? new RetentionRecord();
        var inAll = before.InAll.ToDictionary();
        foreach (var (kind, count) in removed)
            inAll[kind] = inAll.GetValueOrDefault(kind) + count;
        var now = new RetentionRecord { LastRunAt = time.GetUtcNow(), Last = removed, InAll = inAll };
        await vault.TryPutAsync(Entry, JsonSerializer.SerializeToUtf8Bytes(now, PersonJson.Default.RetentionRecord), entry?.Version ?? 0, CancellationToken.None);
        return Report(now);
    }

    private RetentionReport Report(RetentionRecord kept)
    {
        var periods = options.Value.Periods;
        RetentionKind Kind(string name, TimeSpan period) => new(name, period, kept.Last.GetValueOrDefault(name), kept.InAll.GetValueOrDefault(name));
        return new RetentionReport(kept.LastRunAt, ImmutableArray.Create(
            Kind(SignIns, periods.SignIns), Kind(Looks, periods.Looks), Kind(EndedSessions, periods.EndedSessions), Kind(RevokedKeys, periods.RevokedKeys), Kind(Erased, TimeSpan.Zero)));
    }

    private static void Add(Dictionary<string, long> removed, string kind, long count) => removed[kind] = removed.GetValueOrDefault(kind) + count;

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed what has outlived its period: {SignIns} sign-ins, {Looks} looks, {Sessions} sessions, {Keys} revoked keys, what was left of {Erased} erased accounts.")]
    private partial void LogRun(long signIns, long looks, long sessions, long keys, long erased);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What has outlived its period could not all be removed ({Reason}); tried again in a few minutes.")]
    private partial void LogFailed(string reason);
}
