using Coordination.Domain.Privacy;

namespace Coordination.Domain.Tests.Privacy;

/// <summary>Identity numbers, phone numbers and plates: the cases a person would ask about. All numbers are invented.</summary>
public sealed class NumberExamples
{
    [Theory]
    [InlineData("11010519491231002X", "11010519491231002X")] // The example of GB 11643-1999.
    [InlineData("11010519491231002x", "11010519491231002X")]
    [InlineData(" 110105 19491231 002X ", "11010519491231002X")]
    [InlineData("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X")]
    [InlineData("440524188001010014", null)] // Born in 1880.
    [InlineData("440524198001010013", "440524198001010013")]
    public void Identity_numbers_are_read_as_people_write_them(string text, string? expected)
    {
        Assert.Equal(expected is not null, IdentityNumber.TryParse(text, out var number));
        Assert.Equal(expected, number?.Reveal());
    }

    [Theory]
    [InlineData("110105491231002", "identity-number-15-digits")]
    [InlineData("110105194912310021", "identity-number-check-digit")]
    [InlineData("11010519490229002X", "identity-number-check-digit")]
    [InlineData("110105194902290029", "identity-number-date")] // 1949 was no leap year; the check digit fits.
    [InlineData("01010519491231002X", "identity-number-invalid")]
    [InlineData("1101051949123100X2", "identity-number-invalid")]
    [InlineData("", "identity-number-invalid")]
    [InlineData(null, "identity-number-invalid")]
    [InlineData("京A12345", "identity-number-invalid")]
    public void What_is_no_identity_number_is_refused_with_a_code(string? text, string code)
    {
        Assert.False(IdentityNumber.TryParse(text, out _, out var fault));
        Assert.Equal(code, fault.Code);
        Assert.Equal(new Rejection(RejectionKind.Refused, code, fault.Detail, "$.identityNumber"), fault.ToRejection("$.identityNumber"));
    }

    [Fact]
    public void An_identity_number_tells_the_date_of_birth_and_the_age()
    {
        Assert.True(IdentityNumber.TryParse("11010519491231002X", out var number));

        Assert.Equal(new DateOnly(1949, 12, 31), number.DateOfBirth);
        Assert.Equal(75, number.AgeOn(new DateOnly(2025, 12, 30)));
        Assert.Equal(76, number.AgeOn(new DateOnly(2025, 12, 31)));
        Assert.Equal(0, number.AgeOn(new DateOnly(1940, 1, 1)));
    }

    [Theory]
    [InlineData("13812345678", "13812345678")]
    [InlineData("+86 138 1234 5678", "13812345678")]
    [InlineData("+86-138-1234-5678", "13812345678")]
    [InlineData("008613812345678", "13812345678")]
    [InlineData("１３８１２３４５６７８", "13812345678")]
    [InlineData("19912345678", "19912345678")]
    [InlineData("010-65529988", "01065529988")]
    [InlineData("(010) 6552 9988", "01065529988")]
    [InlineData("（０１０）６５５２－９９８８", "01065529988")]
    [InlineData("+86 10 6552 9988", "01065529988")]
    [InlineData("+86 (0)10 6552 9988", "01065529988")]
    [InlineData("021-65529988", "02165529988")]
    [InlineData("0311-86012345", "031186012345")]
    [InlineData("0335-3012345", "03353012345")]
    [InlineData("12812345678", null)]
    [InlineData("1381234567", null)]
    [InlineData("138123456789", null)]
    [InlineData("010-6552998", null)]
    [InlineData("65529988", null)] // No area code.
    [InlineData("+1 212 555 0100", null)]
    [InlineData("138 1234 567a", null)]
    [InlineData("", null)]
    public void Phone_numbers_are_read_as_people_write_them(string text, string? expected)
    {
        Assert.Equal(expected is not null, PhoneNumber.TryParse(text, out var number, out var fault));
        Assert.Equal(expected, number?.Reveal());
        Assert.Equal(expected is null ? "phone-number-invalid" : null, fault?.Code);
    }

    [Theory]
    [InlineData("京A12345", "京A12345")]
    [InlineData("京a·12345", "京A12345")]
    [InlineData("京A-12345", "京A12345")]
    [InlineData("京Ａ １２３４５", "京A12345")]
    [InlineData("沪C8K9M2", "沪C8K9M2")]
    [InlineData("京AD12345", "京AD12345")]
    [InlineData("粤BF1234D", null)] // Neither the small nor the large new-energy form.
    [InlineData("粤B12345D", "粤B12345D")]
    [InlineData("粤BDA1234", "粤BDA1234")]
    [InlineData("粤Z1234港", "粤Z1234港")]
    [InlineData("京A1234警", "京A1234警")]
    [InlineData("使014578", "使014578")]
    [InlineData("京AI2345", null)]
    [InlineData("京AO2345", null)]
    [InlineData("京I12345", null)]
    [InlineData("北A12345", null)]
    [InlineData("京A1234", null)]
    [InlineData("京A123456", null)]
    [InlineData("京A警2345", null)]
    [InlineData("A12345", null)]
    [InlineData("", null)]
    public void Plates_are_read_as_people_and_cameras_write_them(string text, string? expected)
    {
        Assert.Equal(expected is not null, PlateNumber.TryParse(text, out var number, out var fault));
        Assert.Equal(expected, number?.Reveal());
        Assert.Equal(expected is null ? "plate-number-invalid" : null, fault?.Code);
        Assert.Equal(expected?.Length == 8, number?.IsNewEnergy ?? false);
    }

    [Fact]
    public void The_masked_forms_are_those_of_practice()
    {
        Assert.True(IdentityNumber.TryParse("11010519491231002X", out var identity));
        Assert.True(PhoneNumber.TryParse("13812345678", out var mobile));
        Assert.True(PhoneNumber.TryParse("010-65529988", out var landline));
        Assert.True(PhoneNumber.TryParse("0335-3012345", out var short7));
        Assert.True(PlateNumber.TryParse("京A12345", out var plate));
        Assert.True(PlateNumber.TryParse("京AD12345", out var green));
        Assert.True(PlateNumber.TryParse("使014578", out var embassy));

        Assert.Equal("110***********002X", identity.Masked);
        Assert.Equal("138****5678", mobile.Masked);
        Assert.Equal("010-******88", landline.Masked);
        Assert.Equal("0335-*****45", short7.Masked);
        Assert.Equal("京A·**345", plate.Masked);
        Assert.Equal("京A·***345", green.Masked);
        Assert.Equal("使·***578", embassy.Masked);
        Assert.True(mobile.IsMobile);
        Assert.False(landline.IsMobile);
    }
}
