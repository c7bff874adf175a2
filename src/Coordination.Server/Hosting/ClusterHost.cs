using Coordination.Grains.Privacy;
using Coordination.Ledger;
using Coordination.Ledger.Redis;
using Coordination.Server.Api;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Dashboard;
using StackExchange.Redis;

namespace Coordination.Server.Hosting;

/// <summary>A host of a cluster: Orleans membership, reminders and the event store on one Redis.</summary>
internal static class ClusterHost
{
    /// <summary>A call that a place does not answer in this time has an unknown outcome; people do not wait longer.</summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="StoreRefusedException">This Redis must not be written to; the message says why and what to do.</exception>
    /// <exception cref="FormatException">The address of Redis or the certificate of this host cannot be read.</exception>
    /// <exception cref="PrivacyKeyException">The secret keys are missing, or others than those of the other hosts.</exception>
    public static async Task AddClusterHostAsync(this WebApplicationBuilder builder, ServerOptions options)
    {
        var cluster = options.Cluster;
        if (!ClusterSettings.IsId(cluster.Id))
            throw new FormatException($"--cluster-id is 1 to 64 letters, digits, dots, underscores and hyphens, not '{cluster.Id}'.");
        builder.Services.AddSingleton(TimeProvider.System);
        var redis = RedisUrl.Parse(cluster.Redis!, cluster.ReadPassword());
        var certificates = cluster.Tls.IsOn ? new HostCertificates(cluster.Tls) : null;
        if (redis.Ssl)
            certificates?.Configure(redis);
        if (cluster.HoldsPlaces)
            PrivacyKeys.CheckConfigured(options.Privacy);
        var store = await ClusterStore.OpenAsync(redis, options);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<StoreWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StoreWatch>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        if (cluster.Role is HostRole.Edge)
        {
            builder.Services.AddSingleton<IEventStore>(_ => store);
            builder.AddEdge(cluster, redis, certificates);
        }
        else
            await builder.AddSiloAsync(options, redis, store, certificates);
        if (certificates is null)
            return;
        builder.Services.AddSingleton(certificates);
        builder.Services.AddHostedService<CertificateWatch>();
    }

    private static void AddEdge(this WebApplicationBuilder builder, ClusterSettings cluster, ConfigurationOptions redis, HostCertificates? certificates) =>
        builder.UseOrleansClient(client =>
        {
            if (certificates is not null)
                client.UseTls(certificates.Configure);
            client.Configure<ClusterOptions>(named => Name(named, cluster));
            client.UseRedisClustering(membership => UseRedis(membership, redis));
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout);
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            // The places may start after the edge does: it waits for them, and listens once they are there.
            client.UseConnectionRetryFilter(async (_, cancellation) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return !cancellation.IsCancellationRequested;
            });
        });

    private static async Task AddSiloAsync(this WebApplicationBuilder builder, ServerOptions options, ConfigurationOptions redis, RedisEventStore store, HostCertificates? certificates)
    {
        var cluster = options.Cluster;
        builder.Services.AddPlaceLedger(store, options);
        await builder.Services.AddSharedPrivacyAsync(options, store);
        builder.Services.AddSingleton<OtherHosts>();
        builder.Services.AddHostedService<EpochWatch>();
        builder.Services.AddHostedService<MembershipWatch>();
        builder.Services.AddHostedService<CutOffWatch>();
        builder.Services.AddHostedService<BalanceWatch>();
        var address = await HostAddress.FindAsync(cluster.Advertise, redis);
        builder.UseOrleans(silo =>
        {
            if (certificates is not null)
                silo.UseTls(certificates.Configure);
            if (cluster.Kubernetes)
            {
                silo.UseKubernetesHosting();
                silo.Configure<EndpointOptions>(endpoints => UsePorts(endpoints, options));
            }
            else
            {
                silo.Configure<ClusterOptions>(named => Name(named, cluster));
                silo.ConfigureEndpoints(
                    address,
                    HostAddress.Port(address, options.SiloPort, usual: 11111),
                    HostAddress.Port(address, options.GatewayPort, usual: 30000),
                    listenOnAnyHostAddress: !HostAddress.IsLocal(address)); // Only there, so that no other network of the machine reaches it.
            }
            silo.UseRedisClustering(membership => UseRedis(membership, redis));
            silo.UseRedisReminderService(reminders => reminders.ConfigurationOptions = redis.Clone());
            silo.Configure<ClusterMembershipOptions>(membership => Detect(membership, TimeSpan.FromMilliseconds(cluster.ProbeMilliseconds)));
            silo.Configure<SiloMessagingOptions>(messaging =>
            {
                messaging.ResponseTimeout = ResponseTimeout;
                messaging.SystemResponseTimeout = ResponseTimeout;
                messaging.MaxEnqueuedRequestsHardLimit = 50_000;
            });
            // Named, because Orleans' default asks for load figures that are old when a host starts, and piles the places up on one.
            silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
            silo.UseDirectory(cluster.Directory);
            silo.UseSteadyCollection();
            silo.AddDashboard(ServerInfo.QuietDashboard);
        });
    }

    private static void Name(ClusterOptions named, ClusterSettings cluster)
    {
        named.ServiceId = "coordination";
        named.ClusterId = cluster.Id;
    }

    /// <summary>Orleans' own ports, 11111 and 30000, unless others are asked for.</summary>
    private static void UsePorts(EndpointOptions endpoints, ServerOptions options)
    {
        if (options.SiloPort > 0)
            endpoints.SiloPort = options.SiloPort;
        if (options.GatewayPort > 0)
            endpoints.GatewayPort = options.GatewayPort;
    }

    private static void UseRedis(RedisClusteringOptions membership, ConfigurationOptions redis) => membership.ConfigurationOptions = redis.Clone();

    /// <summary>
    /// A killed host is found by two probes that fail, a frozen one by two that are not answered. Rows that crashed hosts left behind are
    /// set aside after a few seconds, so that a cluster that was killed as a whole starts again without anybody's help.
    /// </summary>
    private static void Detect(ClusterMembershipOptions membership, TimeSpan probe)
    {
        membership.ProbeTimeout = probe;
        // A host that said anything within the longest time that the missed probes may take is not voted dead: this decides how long a
        // frozen one goes unnoticed (two probes, 5 s), and a busy one is believed for as long.
        membership.MaxProbeTimeout = 2.5 * probe;
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 2;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(2); // A host that was cut off hears by it that it was given up, and lets its screens go.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
        membership.NumMissedTableIAmAliveLimit = 2;
        // Measured from the making of the silo: on a busy machine a host is half a minute on its way, and being given up meanwhile, it would begin
        // again for ever. It costs nothing: rows of hosts that died on their way are probed like any other.
        membership.MaxJoinAttemptTime = TimeSpan.FromMinutes(3);
        membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
        membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
    }

    private static void UseDirectory(this ISiloBuilder silo, DirectoryKind directory)
    {
        if (directory is not DirectoryKind.Distributed)
            return;
#pragma warning disable ORLEANSEXP003 // Measured to be the better one, see docs/decisions; the switch to the other one is tested.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // The lease guards against two activations. The store guards against what two of them could do, so nobody need wait for it.
        silo.Configure<GrainDirectoryOptions>(leases => leases.RangeLeaseDuration = TimeSpan.Zero);
    }
}
