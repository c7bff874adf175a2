using System.Text.RegularExpressions;

namespace Coordination.Deployment;

/// <summary>Names of images.</summary>
internal static partial class Images
{
    /// <summary>Whether it names one version, of three numbers; <c>latest</c> and <c>7</c> are another image tomorrow.</summary>
    public static bool IsPinned(string image) => Pinned().IsMatch(image);

    [GeneratedRegex(@"^[\w./-]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$")]
    private static partial Regex Pinned();
}
