using Coordination.Testing;

namespace Coordination.Faults;

/// <summary>One data folder, one server.</summary>
public sealed class OneOwnerTests
{
    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused_and_told_who_has_it()
    {
        await using var first = await ServerProcess.StartAsync(cancellation: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(
            new ServerProcessOptions { DataFolder = first.DataFolder }, TestContext.Current.CancellationToken));
        Assert.Matches("ended with code [1-9]", refused.Message);
        Assert.Contains($"process {first.Id} ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(first.StorePath, refused.Message, StringComparison.Ordinal);
        using var alive = await first.Http.GetAsync("health/ready", TestContext.Current.CancellationToken);
        Assert.True(alive.IsSuccessStatusCode, "The first server goes on.");
    }

    [Fact]
    public async Task After_a_kill_the_data_is_free_at_once()
    {
        using var folder = new TemporaryFolder();
        var options = new ServerProcessOptions { DataFolder = folder.File("data") };
        await using var first = await ServerProcess.StartAsync(options, TestContext.Current.CancellationToken);
        await first.KillAsync();
        await using var second = await ServerProcess.StartAsync(options, TestContext.Current.CancellationToken);
        Assert.True(second.IsRunning);
    }
}
