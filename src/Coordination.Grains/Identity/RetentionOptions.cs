using Coordination.Contracts.Identity;

namespace Coordination.Grains.Identity;

/// <summary>How long what is kept about people, section <c>Coordination:Retention</c>. Days.</summary>
public sealed class RetentionOptions
{
    /// <summary>Sign-ins and attempts, which the person sees.</summary>
    public int SignInDays { get; set; } = 180;

    /// <summary>Who has looked at the person, which she sees.</summary>
    public int LookDays { get; set; } = 730;

    /// <summary>Sessions that have ended.</summary>
    public int EndedSessionDays { get; set; } = 30;

    /// <summary>Devices and programs that were revoked, on the lists and with their last use.</summary>
    public int RevokedKeyDays { get; set; } = 730;

    /// <summary>Local hour at which the run of a day begins, 0 to 23.</summary>
    public int Hour { get; set; } = 3;

    /// <summary>IANA time zone of the hour.</summary>
    public string TimeZone { get; set; } = "Asia/Shanghai";

    internal RetentionPeriods Periods => new(
        TimeSpan.FromDays(SignInDays), TimeSpan.FromDays(LookDays), TimeSpan.FromDays(EndedSessionDays), TimeSpan.FromDays(RevokedKeyDays));

    /// <summary>The last instant at or before <paramref name="now"/> at which a run was due.</summary>
    internal DateTimeOffset LastDue(DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var due = local.Date.AddHours(Math.Clamp(Hour, 0, 23));
        if (due > local.DateTime)
            due = due.AddDays(-1);
        return new DateTimeOffset(due, zone.GetUtcOffset(due));
    }
}
