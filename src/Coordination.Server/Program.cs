using Coordination.Domain.Access;
using Coordination.Grains;
using Coordination.Grains.Privacy;
using Coordination.Ledger.Redis;
using Coordination.Ledger.Sqlite;
using Coordination.Live.Hosting;
using Coordination.Server.Accounts;
using Coordination.Server.Api;
using Coordination.Server.Audit;
using Coordination.Server.Defence;
using Coordination.Server.Hosting;
using Coordination.Server.Identity;
using Coordination.Server.Ingest;
using Coordination.Server.Simulation;
using Coordination.Server.Telemetry;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory, // Pages and settings lie beside the program, wherever it is started from.
});
builder.Configuration.AddCommandLine(args, ServerOptions.Switches);
ServerOptions options;
try
{
    options = builder.Configuration.GetSection(ServerOptions.Section).Get<ServerOptions>() ?? new ServerOptions();
    builder.Services.AddSingleton(options);
    builder.AddDefence(options);
    DemoAccounts.Check(options);
    if (options.Cluster.IsOn)
        await builder.AddClusterHostAsync(options);
    else
        await builder.AddOneMachineAsync(options);
}
catch (Exception unusable) when (unusable is PrivacyKeyException or StoreLockedException or StoreFormatException or StoreRefusedException or FormatException
    or InvalidOperationException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"coordination: {unusable.Message}");
    return 1;
}

builder.Services.AddGrainFailures();
builder.Services.AddAccess(options.Identity);
builder.Services.AddSingleton<AuditSearch>();
builder.Services.AddAccounts(options);
builder.Services.AddRequestJson();
builder.Services.AddProblems();
builder.Services.AddServerHealth();
builder.AddTelemetry(options);
builder.Services.AddApiDescription();
builder.Services.AddLiveFeed(live => live.MaxConnectionsPerAddress = options.MaxConnectionsPerAddress);
builder.Services.AddMqttInput(options);

builder.Services.AddSingleton<Readiness>();
builder.Services.AddSingleton<HostDrain>();
builder.Services.AddSingleton<IHostLifetime, DrainingLifetime>();
builder.Services.AddSingleton<SeedLoader>();
builder.Services.AddHostedService(services => services.GetRequiredService<SeedLoader>());
builder.Services.AddHostedService<Simulator>();

var app = builder.Build();

app.UseProblems();
app.UseDefence();
app.UseUtf8Only();
app.UseUnconfirmedMark();
app.UsePages();
app.UseAccess();
app.UseSubjectLimits();
app.UseSessionAntiforgery();

app.MapServerInfo();
app.MapAccounts();
app.MapCommunities();
app.MapParkingLots();
app.MapScenicAreas();
app.MapIngest();
app.MapLiveFeed(feed => feed.Open().WithMetadata(new TakesTicket()));
app.MapLiveTickets();
app.MapAudit();
app.MapServerHealth();
app.MapPrometheusScrapingEndpoint("/metrics").NeedsSomewhere(Permission.SeeOperations);
if (options.Cluster.HoldsPlaces)
    app.MapDashboard();
app.MapApiDescription();
app.MapPages();

try
{
    await app.RunAsync();
}
catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
{
    // Asked to end before it had started.
}
return Environment.ExitCode;
