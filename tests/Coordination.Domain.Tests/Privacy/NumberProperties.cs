using System.Globalization;
using System.Text.Json;
using Coordination.Domain.Privacy;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Coordination.Domain.Tests.Privacy;

/// <summary>What holds for every number: it is read back, a wrong digit is found, and nothing but <c>Reveal</c> tells it.</summary>
public sealed class NumberProperties
{
    private const string PlateLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string PlateCharacters = PlateLetters + "0123456789";

    public sealed record Identity(string Text);

    public sealed record Phone(string Text);

    public sealed record Plate(string Text);

    public static class Cases
    {
        public static Arbitrary<Identity> Identity() =>
            (from region in Gen.Choose(110000, 829999)
             from day in Gen.Choose(0, 46_000)
             from sequence in Gen.Choose(0, 999)
             select new Identity(WithCheckDigit(string.Create(
                 CultureInfo.InvariantCulture, $"{region}{new DateOnly(1900, 1, 1).AddDays(day):yyyyMMdd}{sequence:D3}")))).ToArbitrary();

        public static Arbitrary<Phone> Phone()
        {
            var mobile = from second in Gen.Choose(3, 9) from rest in Gen.Choose(0, 999_999_999) select $"1{second}{rest:D9}";
            var city = from area in Gen.Elements("010", "020", "021", "029") from first in Gen.Choose(2, 9) from rest in Gen.Choose(0, 9_999_999) select $"{area}{first}{rest:D7}";
            var town = from area in Gen.Choose(310, 999) from first in Gen.Choose(2, 9) from rest in Gen.Choose(0, 999_999) from longer in Gen.Elements("", "7")
                       select $"0{area}{first}{rest:D6}{longer}";
            return Gen.OneOf(mobile, city, town).Select(text => new Phone(text)).ToArbitrary();
        }

        public static Arbitrary<Plate> Plate()
        {
            var place = from province in Gen.Elements("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼".ToCharArray()) from letter in Gen.Elements(PlateLetters.ToCharArray()) select $"{province}{letter}";
            var ordinary = Gen.Elements(PlateCharacters.ToCharArray()).ArrayOf(5).Select(characters => new string(characters));
            var small = from kind in Gen.Elements("ABCDEFGHJK".ToCharArray()) from second in Gen.Elements(PlateCharacters.ToCharArray()) from digits in Gen.Choose(0, 9999) select $"{kind}{second}{digits:D4}";
            var large = from digits in Gen.Choose(0, 99_999) from kind in Gen.Elements("ABCDEFGHJK".ToCharArray()) select $"{digits:D5}{kind}";
            return (from begin in place from end in Gen.OneOf(ordinary, small, large) select new Plate(begin + end)).ToArbitrary();
        }
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Cases)])]
    public void Every_identity_number_is_read_and_gives_its_date_of_birth(Identity identity)
    {
        Assert.True(IdentityNumber.TryParse(identity.Text, out var number));
        Assert.Equal(identity.Text, number.Reveal());
        Assert.Equal(identity.Text[6..14], number.DateOfBirth.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        Assert.True(IdentityNumber.TryParse(identity.Text.ToLowerInvariant(), out var lower));
        Assert.Equal(number, lower);
        Assert.Equal(number.GetHashCode(), lower.GetHashCode());
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Cases)])]
    public void Any_single_digit_of_an_identity_number_that_changes_is_found(Identity identity)
    {
        for (var i = 0; i < identity.Text.Length; i++)
        {
            foreach (var other in i == 17 ? "0123456789X" : "0123456789")
            {
                if (other != identity.Text[i])
                    Assert.False(IdentityNumber.TryParse(identity.Text[..i] + other + identity.Text[(i + 1)..], out _));
            }
        }
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Cases)])]
    public void Any_two_neighbouring_digits_of_an_identity_number_that_change_places_are_found(Identity identity)
    {
        for (var i = 0; i < identity.Text.Length - 1; i++)
        {
            var swapped = identity.Text.ToCharArray();
            (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
            if (swapped[i] != swapped[i + 1])
                Assert.False(IdentityNumber.TryParse(new string(swapped), out _));
        }
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Cases)])]
    public void Every_phone_number_is_read_however_it_is_written(Phone phone, byte how)
    {
        var text = (how % 5) switch
        {
            0 => phone.Text,
            1 => $"{phone.Text[..3]} {phone.Text[3..]}",
            2 => $"+86 {(phone.Text[0] == '0' ? phone.Text[1..] : phone.Text)}",
            3 => $"0086-{phone.Text}",
            _ => string.Concat(phone.Text.Select(c => (char)(c + 0xFEE0))),
        };
        Assert.True(PhoneNumber.TryParse(text, out var number), text);
        Assert.Equal(phone.Text, number.Reveal());
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Cases)])]
    public void Every_plate_is_read_however_it_is_written(Plate plate, byte how)
    {
        var text = (how % 4) switch
        {
            0 => plate.Text,
            1 => plate.Text.ToLowerInvariant(),
            2 => $"{plate.Text[..2]}·{plate.Text[2..]}",
            _ => $" {plate.Text[..2]} {plate.Text[2..]} ",
        };
        Assert.True(PlateNumber.TryParse(text, out var number), text);
        Assert.Equal(plate.Text, number.Reveal());
    }

    [Property(MaxTest = 1000)]
    public void Any_text_is_answered_and_what_is_read_is_read_again_the_same(string? text)
    {
        if (IdentityNumber.TryParse(text, out var identity, out var identityFault))
            Assert.True(IdentityNumber.TryParse(identity.Reveal(), out var again) && again.Equals(identity));
        if (PhoneNumber.TryParse(text, out var phone, out var phoneFault))
            Assert.True(PhoneNumber.TryParse(phone.Reveal(), out var again) && again.Equals(phone));
        if (PlateNumber.TryParse(text, out var plate, out var plateFault))
            Assert.True(PlateNumber.TryParse(plate.Reveal(), out var again) && again.Equals(plate));
        Assert.Equal((identity is null, phone is null, plate is null), (identityFault is not null, phoneFault is not null, plateFault is not null));
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(Cases)])]
    public void Nothing_but_Reveal_tells_a_number(Identity identity, Phone phone, Plate plate)
    {
        IdentityNumber.TryParse(identity.Text, out var first);
        PhoneNumber.TryParse(phone.Text, out var second);
        PlateNumber.TryParse(plate.Text, out var third);
        foreach (var (number, raw) in new (object, string)[] { (first!, identity.Text), (second!, phone.Text), (third!, plate.Text) })
            Assert.Empty(Leaks(number, raw));
        // In a record, as an event or a command would hold it.
        Assert.DoesNotContain(identity.Text, new Holder(first!, second!, third!).ToString(), StringComparison.Ordinal);
    }

    /// <summary>The twin: a plain record of the number would be found out by each of them.</summary>
    [Fact]
    public void A_number_in_a_plain_record_would_leak() => Assert.Equal(4, Leaks(new Plain("13812345678"), "13812345678").Count());

    [Fact]
    public void A_number_is_never_read_from_JSON()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PhoneNumber>("\"13812345678\"", DomainJson.CreateOptions()));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PlateNumber>("\"京A12345\"", DomainJson.CreateOptions()));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<IdentityNumber>("\"11010519491231002X\"", DomainJson.CreateOptions()));
    }

    private sealed record Plain(string Number);

    private sealed record Holder(IdentityNumber Identity, PhoneNumber Phone, PlateNumber Plate);

    /// <summary>The ways in which what an object prints or serialises holds the number.</summary>
    private static IEnumerable<string> Leaks(object number, string raw)
    {
        // A plate's own digits, without where it is from, are as good as the plate.
        var core = raw.Length is 7 or 8 ? raw[2..] : raw;
        var printed = new Dictionary<string, string?>
        {
            ["ToString"] = number.ToString(),
            ["interpolated"] = $"{number}",
            ["JSON"] = JsonSerializer.Serialize(number, number.GetType(), DomainJson.CreateOptions()),
            ["properties"] = string.Join(' ', number.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0).Select(property => property.GetValue(number))),
        };
        return printed.Where(way => way.Value!.Contains(core, StringComparison.Ordinal)).Select(way => way.Key);
    }

    private static string WithCheckDigit(string seventeen)
    {
        // By the weights of the standard, where the product doubles as it goes.
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return seventeen + "10X98765432"[seventeen.Select((digit, i) => (digit - '0') * weights[i]).Sum() % 11];
    }
}
