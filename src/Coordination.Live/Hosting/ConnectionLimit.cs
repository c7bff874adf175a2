using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Coordination.Live.Hosting;

/// <summary>
/// Keeps one remote address from taking all connections. Counts the requests that are a connection for as long as they last: web
/// sockets, event streams and polls. A hub negotiation is refused when the address has no connection left, but not counted; other
/// requests belong to connections that are counted already.
/// </summary>
internal sealed class ConnectionLimit(IOptions<LiveOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _connections = [];

    public RequestDelegate Guard(RequestDelegate next) => context => GuardAsync(context, next);

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var address = RemoteAddress.Of(context);
        var method = context.Request.Method;
        var lasts = HttpMethods.IsGet(method) || HttpMethods.IsConnect(method);
        var negotiates = context.Request.Path.Value?.EndsWith("/negotiate", StringComparison.Ordinal) is true;
        if ((lasts || negotiates) && !TryEnter(address, lasts))
        {
            context.Response.Headers.RetryAfter = "5";
            await Problems.Of(
                StatusCodes.Status429TooManyRequests,
                "too-many-connections",
                $"At most {options.Value.MaxConnectionsPerAddress} live connections from one address.").ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            if (lasts)
                Leave(address);
        }
    }

    private bool TryEnter(IPAddress address, bool lasts)
    {
        lock (_gate)
        {
            var count = _connections.GetValueOrDefault(address);
            if (count >= options.Value.MaxConnectionsPerAddress)
                return false;
            if (lasts)
                _connections[address] = count + 1;
            return true;
        }
    }

    private void Leave(IPAddress address)
    {
        lock (_gate)
        {
            if (--_connections[address] == 0)
                _connections.Remove(address);
        }
    }
}
