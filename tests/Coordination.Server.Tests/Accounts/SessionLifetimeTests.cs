using Coordination.Contracts.Identity;
using Coordination.Server.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Server.Tests.Accounts;

/// <summary>However often it is used, a session ends.</summary>
public sealed class SessionLifetimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false, 29.99, true)]
    [InlineData(false, 30, false)]
    [InlineData(true, 0.49, true)]
    [InlineData(true, 0.5, false)]
    public async Task A_resident_s_after_thirty_days_and_that_of_staff_after_twelve_hours(bool isStaff, double days, bool holds)
    {
        var cookie = new CookieAuthenticationOptions();
        SessionCookies.Configure(cookie);
        Assert.Equal(TimeSpan.FromHours(12), cookie.ExpireTimeSpan);
        var time = new Clock(Start.AddDays(days));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton(new SeenSessions(null!, time, NullLogger<SeenSessions>.Instance)).BuildServiceProvider();
        var principal = SessionCookies.PrincipalOf("devices/none", new StartedSession("s", 1, Start, isStaff), SignInMethods.Password);
        var context = new CookieValidatePrincipalContext(
            new DefaultHttpContext { RequestServices = services }, new AuthenticationScheme("session", null, typeof(CookieAuthenticationHandler)), cookie,
            new AuthenticationTicket(principal, "session"));
        await cookie.Events.ValidatePrincipal(context);
        Assert.Equal(holds, context.Principal is not null);
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
