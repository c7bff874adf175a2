using Coordination.Testing;

namespace Coordination.Ledger.Tests.Stores;

/// <summary>One Redis for all tests of a class; each takes a prefix of its own.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private RedisProcess? _process;

    public RedisProcess Process
    {
        get
        {
            Assert.SkipWhen(RedisProcess.Missing is not null, RedisProcess.Missing ?? "");
            return _process!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (RedisProcess.Missing is null)
            _process = await RedisProcess.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
