using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Coordination.Domain.Privacy;

/// <summary>
/// A citizen identification number of GB 11643-1999 (公民身份号码): six digits of the region, eight of the date of birth, three in sequence, and
/// a check digit, 0 to 9 or X. Also that of a foreigner's permanent residence card of 2023, which has the same form.
/// </summary>
/// <remarks>
/// Prints and serialises as its masked form only; <see cref="Reveal"/> gives the number itself, to be hashed or encrypted and never to be
/// stored or logged. Whether the region exists is not asked: they were renamed and merged, and the numbers stay.
/// </remarks>
[GenerateSerializer, Immutable]
[JsonConverter(typeof(IdentityNumberJson))]
public sealed class IdentityNumber : IEquatable<IdentityNumber>
{
    /// <summary>What it is hashed and protected as.</summary>
    public const string Purpose = "identity-number";

    /// <summary>Characters of a number.</summary>
    public const int Length = 18;

    private const int OldLength = 15;
    private const int FirstYear = 1900;
    private const string CheckDigits = "10X98765432";

    public static readonly NumberFault Invalid = new("identity-number-invalid", "An identity number has 17 digits and a check digit, 0 to 9 or X.");
    public static readonly NumberFault FifteenDigits =
        new("identity-number-15-digits", "Identity numbers of 15 digits are not valid since 2013; the card shows one of 18.");
    public static readonly NumberFault NoSuchDate = new("identity-number-date", "The 7th to 14th digit of an identity number are a date of birth, and this is none.");
    public static readonly NumberFault WrongCheckDigit = new("identity-number-check-digit", "The check digit does not fit: one of the digits is wrong.");

    [Id(0)]
    private readonly string number;

    private IdentityNumber(string number) => this.number = number;

    /// <summary>By the number, in the calendar of the place where one is born.</summary>
    public DateOnly DateOfBirth => DateOnly.ParseExact(number.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>
    /// <c>110***********123X</c>: first 3 and last 4 of 18. The last 4 are what a gate asks for beside the name. The date of birth and the
    /// district are hidden (GB/T 35273-2020, 7.2: what is shown on a screen is masked).
    /// </summary>
    public string Masked => string.Concat(number.AsSpan(0, 3), "***********", number.AsSpan(14));

    /// <summary>Full years at a date; never negative.</summary>
    public int AgeOn(DateOnly date)
    {
        var born = DateOfBirth;
        var years = date.Year - born.Year;
        if ((date.Month, date.Day).CompareTo((born.Month, born.Day)) < 0)
            years--;
        return Math.Max(0, years);
    }

    /// <summary>The number itself: 17 digits and a check digit, an X in upper case.</summary>
    public string Reveal() => number;

    /// <summary>Reads a number, with a lower-case x, full-width digits, and spaces between its parts too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IdentityNumber? number) => TryParse(text, out number, out _);

    /// <summary>Reads a number, or says why it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IdentityNumber? number, [NotNullWhen(false)] out NumberFault? fault)
    {
        var found = PersonalText.Normalise(text, c => c is ' ');
        number = (fault = FaultIn(found)) is null ? new IdentityNumber(found) : null;
        return number is not null;
    }

    public bool Equals(IdentityNumber? other) => number == other?.number;

    public override bool Equals(object? obj) => Equals(obj as IdentityNumber);

    public override int GetHashCode() => number.GetHashCode(StringComparison.Ordinal);

    /// <summary>The masked form, so that whatever prints it does not tell it.</summary>
    public override string ToString() => Masked;

    private static NumberFault? FaultIn(string text)
    {
        if (text.Length == OldLength && PersonalText.IsDigits(text))
            return FifteenDigits;
        if (text.Length != Length || !PersonalText.IsDigits(text.AsSpan(0, Length - 1)) || text[0] == '0' || !(char.IsAsciiDigit(text[^1]) || text[^1] == 'X'))
            return Invalid;
        if (CheckDigitOf(text) != text[^1])
            return WrongCheckDigit;
        return DateOnly.TryParseExact(text.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) && born.Year >= FirstYear
            ? null : NoSuchDate;
    }

    /// <summary>ISO 7064 MOD 11-2 over the first 17 digits: finds every single wrong digit and every swap of two.</summary>
    private static char CheckDigitOf(string text)
    {
        var sum = 0;
        for (var i = 0; i < Length - 1; i++)
            sum = (sum + (text[i] - '0')) * 2 % 11;
        return CheckDigits[sum];
    }
}

/// <summary>Writes the masked form.</summary>
public sealed class IdentityNumberJson : MaskedJson<IdentityNumber>;
