namespace Coordination.Simulation.Disk;

/// <summary>
/// What a host knows of the store: its identity, and the highest count of commits it has seen there. A store with another identity
/// or fewer commits is not the one, or has lost something, and is not used.
/// </summary>
/// <param name="file">Where a host keeps it; outlives the host.</param>
/// <param name="isOn">False for a twin: any store is taken.</param>
internal sealed class StoreGuard(StoreGuard.IdentityFile file, bool isOn)
{
    public sealed class IdentityFile(int identity)
    {
        public int Identity { get; } = identity;

        public long Mark { get; set; }
    }

    public long Mark { get; private set; } = file.Mark;

    /// <param name="volume">The store as it is found.</param>
    /// <param name="mark">What the host knew when it asked.</param>
    public bool Accepts(Volume volume, long mark) => !isOn || (volume.Identity == file.Identity && volume.Mark >= mark);

    public void Saw(long mark) => Mark = Math.Max(Mark, mark);

    public void WriteFile() => file.Mark = Mark;
}
