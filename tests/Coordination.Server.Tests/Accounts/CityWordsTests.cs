using Coordination.Server.Accounts;
using Coordination.Server.Identity;

namespace Coordination.Server.Tests.Accounts;

/// <summary>What everybody here would try first is no password, and neither is it with a year behind it.</summary>
public sealed class CityWordsTests
{
    [Theory]
    [InlineData("coordination", true)]
    [InlineData("jingtiejiayuan2026", true)]
    [InlineData("beijing19980317", true)]
    [InlineData("京铁家园社区食堂1号", true)]
    [InlineData("admin-fengtai-88888888", true)]
    [InlineData("lotus under the bridge", false)]
    [InlineData("lotus under the fengtai bridge", false)]
    [InlineData("我家门前有一棵大树在北京", false)]
    [InlineData("19980317", false)]
    public void A_password_that_is_made_of_them_is_refused_and_one_that_has_one_beside_its_own_is_not(string password, bool isMade) =>
        Assert.Equal(isMade, new CityWords([]).Make(password));

    [Fact]
    public void The_operator_adds_words_of_the_city()
    {
        using var usual = new Passwords(new IdentitySettings());
        using var own = new Passwords(new IdentitySettings { PasswordWords = ["Luyuanli"] });
        Assert.Null(usual.Check("luyuanli-1958-08", isStaff: false));
        Assert.Equal("password-weak", own.Check("luyuanli-1958-08", isStaff: false)!.Code);
        Assert.Throws<FormatException>(() => new CityWords(["x"]));
    }
}
