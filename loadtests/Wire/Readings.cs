using System.Globalization;
using System.Text;

namespace Coordination.LoadTests.Wire;

/// <summary>Lines for <c>/api/ingest</c>, made before the clock runs: readings for a number of places in turn, never the same twice.</summary>
internal sealed class Readings(string prefix, int places, string device)
{
    private long made;

    public string SlugOf(int place) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{place}");

    public byte[] Make(int lines)
    {
        var at = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var text = new StringBuilder(lines * 150);
        for (var i = 0; i < lines; i++)
        {
            // Each place has a device of its own that counts 1, 2, 3, as devices do.
            var (round, place) = (made / places + 1, made % places);
            made++;
            text.Append(CultureInfo.InvariantCulture,
                $"{{\"place\":\"parking-lots/{prefix}-{place}\",\"type\":\"reading\",\"deviceId\":\"{device}\",\"sequence\":{round},\"at\":\"{at}\",\"occupied\":{made * 7 % 1000}}}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
