using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Privacy;

/// <summary>
/// A phone number of mainland China: a mobile one (11 digits, 13… to 19…), or a landline with its area code (010-…, 02x-… with 8 digits, 03xx-…
/// to 09xx-… with 7 or 8).
/// </summary>
/// <remarks>
/// Prints and serialises as its masked form only; <see cref="Reveal"/> gives the number itself, to be hashed or encrypted and never to be
/// stored or logged.
/// </remarks>
[GenerateSerializer, Immutable]
[JsonConverter(typeof(PhoneNumberJson))]
public sealed class PhoneNumber : IEquatable<PhoneNumber>
{
    /// <summary>What it is hashed and protected as.</summary>
    public const string Purpose = "phone-number";

    private const int MobileLength = 11;

    public static readonly NumberFault Invalid = new(
        "phone-number-invalid", "A phone number is a mobile one of 11 digits from 13 to 19, or a landline with its area code, such as 010-65529988.");

    [Id(0)]
    private readonly string number;

    private PhoneNumber(string number) => this.number = number;

    /// <summary>Can be sent a text message.</summary>
    public bool IsMobile => number[0] == '1';

    /// <summary><c>138****5678</c>; of a landline the area code and the last two digits, <c>010-******88</c>.</summary>
    public string Masked => IsMobile
        ? string.Concat(number.AsSpan(0, 3), "****", number.AsSpan(7))
        : $"{number[..AreaCodeLength(number)]}-{new string('*', number.Length - AreaCodeLength(number) - 2)}{number[^2..]}";

    /// <summary>The number itself, digits only: <c>13812345678</c>, <c>01065529988</c>.</summary>
    public string Reveal() => number;

    /// <summary>Reads a number, with <c>+86</c> or <c>0086</c>, spaces, dashes, brackets around the area code and full-width digits too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PhoneNumber? number) => TryParse(text, out number, out _);

    /// <summary>Reads a number, or says why it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PhoneNumber? number, [NotNullWhen(false)] out NumberFault? fault)
    {
        var found = WithoutCountry(PersonalText.Normalise(text, c => c is ' ' or '-' or '(' or ')' or '\u2013' or '\u2014'));
        number = IsMobileNumber(found) || IsLandline(found) ? new PhoneNumber(found) : null;
        fault = number is null ? Invalid : null;
        return number is not null;
    }

    public bool Equals(PhoneNumber? other) => number == other?.number;

    public override bool Equals(object? obj) => Equals(obj as PhoneNumber);

    public override int GetHashCode() => number.GetHashCode(StringComparison.Ordinal);

    /// <summary>The masked form, so that whatever prints it does not tell it.</summary>
    public override string ToString() => Masked;

    /// <summary>From abroad the area code is dialled without its 0; some write it all the same.</summary>
    private static string WithoutCountry(string text)
    {
        var rest = text.StartsWith("+86", StringComparison.Ordinal) ? text[3..] : text.StartsWith("0086", StringComparison.Ordinal) ? text[4..] : null;
        return rest is null ? text : IsMobileNumber(rest) || rest.StartsWith('0') ? rest : "0" + rest;
    }

    private static bool IsMobileNumber(string text) =>
        text.Length == MobileLength && text[0] == '1' && text[1] is >= '3' and <= '9' && PersonalText.IsDigits(text);

    private static bool IsLandline(string text)
    {
        if (text.Length is < 11 or > 12 || text[0] != '0' || text[1] == '0' || !PersonalText.IsDigits(text))
            return false;
        var area = AreaCodeLength(text);
        return text[area] is >= '2' and <= '9' && (area == 3 ? text.Length == 11 && (text[1] == '2' || text[2] == '0') : true);
    }

    /// <summary>010 and 02x are the large cities'.</summary>
    private static int AreaCodeLength(string number) => number[1] is '1' or '2' ? 3 : 4;
}

/// <summary>Writes the masked form.</summary>
public sealed class PhoneNumberJson : MaskedJson<PhoneNumber>;
