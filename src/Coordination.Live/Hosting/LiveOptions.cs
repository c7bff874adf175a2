using System.ComponentModel.DataAnnotations;
using Coordination.Contracts.Live;

namespace Coordination.Live.Hosting;

/// <summary>Limits and times of the live feed.</summary>
public sealed class LiveOptions
{
    /// <summary>Most topics one connection watches at a time. Default 100. Beyond it <c>too-many-topics</c>.</summary>
    [Range(1, 100_000)]
    public int MaxTopicsPerConnection { get; set; } = 100;

    /// <summary>
    /// Most connections (hub and event streams together) from one remote address; an IPv6 address counts by its /64 network. Default
    /// 256. Beyond it 429 <c>too-many-connections</c>. Behind a proxy the address is the proxy's unless forwarded headers are read.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>Longest message a client may send to the hub, in bytes. Default 32 KiB; a longer one ends the connection.</summary>
    [Range(1024, int.MaxValue)]
    public int MaxMessageBytes { get; set; } = 32 * 1024;

    /// <summary>Least time between two pushes of one topic; the newest view is pushed when it is over. Default 100 ms; zero pushes all.</summary>
    public TimeSpan SendInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The hub says something at least this often. Default 5 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A hub client that says nothing for this long is cut off. Default 30 s, twice what a SignalR client leaves between two signs of
    /// life unless it is told otherwise.
    /// </summary>
    public TimeSpan ClientTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A hub client that takes no bytes for this long is cut off. Default 10 s. It delays nobody meanwhile.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>An event stream gets a comment this often when it is otherwise silent. Default 15 s.</summary>
    public TimeSpan StreamHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// An event stream whose client takes no bytes for this long is cut off, at the next heartbeat. Default 60 s. Kestrel's
    /// minimum response rate usually does it sooner.
    /// </summary>
    public TimeSpan StreamWriteTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long the answer to a watch waits for grains that do not answer, before it says <c>unavailable</c> for their topics; they
    /// are pushed as soon as they do. Default 5 s.
    /// </summary>
    public TimeSpan FirstViewTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most calls to grains in flight to register topics and to renew them (every <see cref="WatchLease.Renewal"/>). Default 64.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrentRenewals { get; set; } = 64;
}
