using Coordination.Client;

namespace Coordination.Cli.Replay.Readers;

/// <summary>
/// What <c>meta-data.csv</c> says about the columns of the German files, by its columns <c>place_id</c>, <c>place_name</c>,
/// <c>city_name</c>, <c>num_all</c> and <c>address</c>. A car park that is missing, or whose <c>num_all</c> is empty, has no known capacity.
/// </summary>
internal sealed class GermanMetadata
{
    private readonly Dictionary<string, (string Name, string City, int? Capacity, string Address)> lots = new(StringComparer.Ordinal);

    /// <summary>No car park is known.</summary>
    public static GermanMetadata Empty { get; } = new();

    /// <exception cref="InvalidDataException">A needed column is missing.</exception>
    public static GermanMetadata Read(string file, TextReader text)
    {
        var metadata = new GermanMetadata();
        Dictionary<string, int>? columns = null;
        foreach (var fields in Csv.Records(text))
        {
            if (columns is null)
            {
                columns = fields.Select((name, index) => (name, index)).ToDictionary(column => column.name, column => column.index, StringComparer.OrdinalIgnoreCase);
                if (!columns.ContainsKey("place_id") || !columns.ContainsKey("num_all"))
                    throw new InvalidDataException($"{file}: the first line does not name the columns place_id and num_all.");
                continue;
            }
            var id = Field("place_id");
            if (id.Length > 0)
                metadata.lots[id] = (Field("place_name"), Field("city_name"), Csv.TryInt(Field("num_all"), out var all) && all >= 0 ? all : null, Field("address"));

            string Field(string name) => columns.TryGetValue(name, out var index) && index < fields.Length ? fields[index] : "";
        }
        return metadata;
    }

    /// <summary>What is known of a column.</summary>
    public PlaceProfile ProfileOf(string column, string timeZone)
    {
        if (!lots.TryGetValue(column, out var lot))
            return new PlaceProfile { Name = Text.Limit(column.Length == 0 ? "?" : column, 80), TimeZone = timeZone };
        return new PlaceProfile
        {
            Name = Text.Limit(lot.Name.Length > 0 ? lot.Name : column, 80),
            City = lot.City.Length > 0 ? Text.Limit(lot.City, 80) : null,
            Address = lot.Address.Length > 0 ? Text.Limit(Text.OneLine(lot.Address), 200) : null,
            Capacity = lot.Capacity,
            TimeZone = timeZone,
        };
    }
}
