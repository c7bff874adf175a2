using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Privacy;

/// <summary>
/// A number plate of mainland China (GA 36-2018): province, letter of the place, and five letters or digits without I and O; 学, 警, 挂, 港, 澳,
/// 试 or 领 in the last place of some; six for a new-energy vehicle, with a letter of its kind first (cars) or last (large ones); 使 and six
/// digits for an embassy. Plates of the armed forces are none.
/// </summary>
/// <remarks>
/// Prints and serialises as its masked form only; <see cref="Reveal"/> gives the plate itself, to be hashed or encrypted and never to be
/// stored or logged.
/// </remarks>
[GenerateSerializer, Immutable]
[JsonConverter(typeof(PlateNumberJson))]
public sealed class PlateNumber : IEquatable<PlateNumber>
{
    /// <summary>What it is hashed and protected as.</summary>
    public const string Purpose = "plate-number";

    private const int OrdinaryLength = 7;
    private const int NewEnergyLength = 8;
    private const int Shown = 3;
    private const string Provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    private const string Endings = "学警挂港澳试领";
    private const string NewEnergyKinds = "ABCDEFGHJK";
    private const char Embassy = '使';

    public static readonly NumberFault Invalid = new(
        "plate-number-invalid", "A plate has a province, a letter and five letters or digits (six for new energy) without I and O, such as 京A12345.");

    [Id(0)]
    private readonly string number;

    private PlateNumber(string number) => this.number = number;

    /// <summary>Green plate.</summary>
    public bool IsNewEnergy => number.Length == NewEnergyLength;

    /// <summary><c>京A·**345</c>, <c>京A·***345</c> for new energy: where it is from and the last three.</summary>
    public string Masked => number[0] == Embassy
        ? $"{Embassy}·***{number[^Shown..]}"
        : $"{number[..2]}·{new string('*', number.Length - 2 - Shown)}{number[^Shown..]}";

    /// <summary>The plate itself, upper case and without separators: <c>京A12345</c>.</summary>
    public string Reveal() => number;

    /// <summary>Reads a plate, with lower-case letters, full-width ones, spaces, dashes and a point after the letter too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PlateNumber? number) => TryParse(text, out number, out _);

    /// <summary>Reads a plate, or says why it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PlateNumber? number, [NotNullWhen(false)] out NumberFault? fault)
    {
        var found = PersonalText.Normalise(text, c => c is ' ' or '-' or '.' or '·' or '•' or '・');
        number = IsOrdinary(found) || IsNewEnergyPlate(found) || IsEmbassy(found) ? new PlateNumber(found) : null;
        fault = number is null ? Invalid : null;
        return number is not null;
    }

    public bool Equals(PlateNumber? other) => number == other?.number;

    public override bool Equals(object? obj) => Equals(obj as PlateNumber);

    public override int GetHashCode() => number.GetHashCode(StringComparison.Ordinal);

    /// <summary>The masked form, so that whatever prints it does not tell it.</summary>
    public override string ToString() => Masked;

    private static bool IsOrdinary(string text) =>
        text.Length == OrdinaryLength && BeginsWithPlace(text) && AreLettersAndDigits(text.AsSpan(2, 4)) && (IsLetterOrDigit(text[6]) || Endings.Contains(text[6], StringComparison.Ordinal));

    private static bool IsNewEnergyPlate(string text) =>
        text.Length == NewEnergyLength && BeginsWithPlace(text)
        && ((NewEnergyKinds.Contains(text[2], StringComparison.Ordinal) && IsLetterOrDigit(text[3]) && PersonalText.IsDigits(text.AsSpan(4)))
            || (PersonalText.IsDigits(text.AsSpan(2, 5)) && NewEnergyKinds.Contains(text[7], StringComparison.Ordinal)));

    private static bool IsEmbassy(string text) => text.Length == OrdinaryLength && text[0] == Embassy && PersonalText.IsDigits(text.AsSpan(1));

    private static bool BeginsWithPlace(string text) =>
        Provinces.Contains(text[0], StringComparison.Ordinal) && char.IsAsciiLetterUpper(text[1]) && text[1] != 'I';

    private static bool AreLettersAndDigits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!IsLetterOrDigit(c))
                return false;
        }
        return true;
    }

    private static bool IsLetterOrDigit(char c) => char.IsAsciiDigit(c) || (char.IsAsciiLetterUpper(c) && c is not ('I' or 'O'));
}

/// <summary>Writes the masked form.</summary>
public sealed class PlateNumberJson : MaskedJson<PlateNumber>;
