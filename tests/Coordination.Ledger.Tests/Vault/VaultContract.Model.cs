using FsCheck.Xunit;

namespace Coordination.Ledger.Tests.Vault;

/// <summary>Any sequence of calls gives what a dictionary gives.</summary>
public abstract partial class VaultContract
{
    /// <summary>A call, chosen by numbers so that a failing sequence shrinks well.</summary>
    /// <param name="Kind">Which call.</param>
    /// <param name="Name">On which of four names.</param>
    /// <param name="Known">Whether the version is the right one.</param>
    public readonly record struct Step(byte Kind, byte Name, bool Known);

    [Property(MaxTest = 40)]
    public async Task Any_sequence_of_calls_equals_a_dictionary(Step[] steps)
    {
        var run = $"{Guid.NewGuid():N}/"; // A part of the vault that no other sequence touches.
        var model = new SortedDictionary<string, (string Text, long Version)>(StringComparer.Ordinal);
        var highest = new Dictionary<string, long>(StringComparer.Ordinal); // Also of what was removed.
        foreach (var (step, number) in steps.Select((step, number) => (step, number)))
        {
            var name = run + "abcd"[step.Name % 4];
            var version = model.TryGetValue(name, out var known) ? known.Version : 0;
            switch (step.Kind % 4)
            {
                case 0:
                    Assert.Equal(model.Remove(name), await Vault.RemoveAsync(name, TestContext.Current.CancellationToken));
                    break;
                case 1:
                    await ReopenAsync();
                    break;
                default:
                    var put = await PutAsync(name, $"value {number}", step.Known ? version : version + 1);
                    Assert.Equal(step.Known, put is not null);
                    if (put is null)
                        break;
                    Assert.True(put > highest.GetValueOrDefault(name));
                    model[name] = ($"value {number}", highest[name] = put.Value);
                    break;
            }
        }

        Assert.Equal(model.Keys, await NamesAsync(run));
        foreach (var (name, value) in model)
            Assert.Equal(value, await FindAsync(name));
    }
}
