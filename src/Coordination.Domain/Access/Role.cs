namespace Coordination.Domain.Access;

/// <summary>
/// Who somebody is at a place. Everybody is <see cref="Public"/>; every other role is granted for a <see cref="AccessScope"/>. Stored: a
/// role may be added, never renamed.
/// </summary>
public enum Role
{
    /// <summary>Everybody, signed in or not.</summary>
    Public,

    /// <summary>居民: books, reports, follows, votes for herself.</summary>
    Resident,

    /// <summary>代办人: acts for a resident who has consented; comes of the consent, never of a grant.</summary>
    Delegate,

    /// <summary>党员楼门长, for the buildings she leads.</summary>
    BuildingLeader,

    /// <summary>社区工作者, for her community.</summary>
    CommunityWorker,

    /// <summary>街道工作人员, for the communities of the street.</summary>
    StreetOfficer,

    /// <summary>区工作人员, for the streets of the district.</summary>
    DistrictOfficer,

    /// <summary>景区值班员, for her scenic area.</summary>
    ScenicDutyOfficer,

    /// <summary>检票: a gate or who keeps it.</summary>
    Gate,

    /// <summary>临时售票窗口.</summary>
    TicketWindow,

    /// <summary>食堂收银.</summary>
    CanteenClerk,

    /// <summary>厨师.</summary>
    Cook,

    /// <summary>A counter, a camera or a loop that counts.</summary>
    Sensor,

    /// <summary>运维监控: reads figures about the program itself, and nothing else.</summary>
    Monitor,

    /// <summary>审计员: reads who did what, and changes nothing.</summary>
    Auditor,

    /// <summary>系统管理员.</summary>
    Administrator,
}
