using System.Globalization;

namespace Coordination.Cli.Replay;

/// <summary>How fast a run goes through the time of the files.</summary>
/// <param name="Factor">Seconds of the files per second of the run; null is as fast as the server takes it.</param>
internal readonly record struct ReplaySpeed(double? Factor)
{
    public static ReplaySpeed Max => new(null);

    /// <summary>Paced runs go by time across all places; at full speed the order of the files is as good.</summary>
    public string Order => Factor is null ? ReplayOrder.File : ReplayOrder.Time;

    /// <summary>Reads <c>max</c> or a factor such as <c>60x</c>.</summary>
    public static bool TryParse(string text, out ReplaySpeed speed)
    {
        speed = Max;
        if (text.Equals("max", StringComparison.OrdinalIgnoreCase))
            return true;
        if (!double.TryParse(text.TrimEnd('x', 'X'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor)
            || factor is not (>= 0.001 and <= 1_000_000))
            return false;
        speed = new ReplaySpeed(factor);
        return true;
    }
}
