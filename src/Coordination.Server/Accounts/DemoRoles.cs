using System.Security.Cryptography;
using System.Text;
using Coordination.Domain.Access;

namespace Coordination.Server.Accounts;

/// <summary>Somebody to try the product as. Everybody knows the password, so it opens nothing but on the machine itself.</summary>
/// <param name="Number">Makes its id.</param>
/// <param name="Id">For <c>/api/demo/session</c>.</param>
/// <param name="Role">What it is.</param>
/// <param name="Scope">Where.</param>
/// <param name="Zh">Its name in Chinese.</param>
/// <param name="En">Its name in English.</param>
/// <param name="Surface">The page that it works at.</param>
internal sealed record DemoRole(int Number, string Id, Role Role, string Scope, string Zh, string En, string Surface)
{
    public string AccountId => $"01900000-0000-7000-8000-{Number:x12}";

    public string UserName => $"demo-{Id}";

    public string Password => $"try-{Id}-here";

    public RoleGrant Grant => AccessScope.TryParse(Scope, out var scope) ? new RoleGrant(Role, scope) : throw new FormatException(Scope);
}

/// <summary>A key to try the interface with.</summary>
internal sealed record DemoKey(string Id, string Name, Role Role, string Scope)
{
    public string Subject => $"devices/{Id}";

    public RoleGrant Grant => AccessScope.TryParse(Scope, out var scope) ? new RoleGrant(Role, scope) : throw new FormatException(Scope);

    public byte[] Secret => SHA256.HashData(Encoding.UTF8.GetBytes($"coordination demonstration {Role}"));
}

/// <summary>The roles and keys of the demonstration, at the seed places.</summary>
internal static class DemoRoles
{
    public static IReadOnlyList<DemoRole> All { get; } =
    [
        new(1, "resident", Role.Resident, "communities/jingtie-jiayuan/buildings/building-1", "居民 李秀兰", "Resident Li Xiulan", "/account"),
        new(2, "building-leader", Role.BuildingLeader, "communities/jingtie-jiayuan/buildings/building-1", "楼门长 王建国", "Building leader Wang Jianguo", "/people"),
        new(3, "community-worker", Role.CommunityWorker, "communities/jingtie-jiayuan", "社区工作者 张敏", "Community worker Zhang Min", "/people"),
        new(4, "street-officer", Role.StreetOfficer, "streets/北京/丰台区/六里桥街道", "街道工作人员 刘洋", "Street officer Liu Yang", "/people"),
        new(5, "district-officer", Role.DistrictOfficer, "districts/北京/丰台区", "区工作人员 陈静", "District officer Chen Jing", "/people"),
        new(6, "scenic-duty-officer", Role.ScenicDutyOfficer, "scenic-areas/yuyuan-garden", "景区值班员 赵磊", "Scenic duty officer Zhao Lei", "/devices"),
        new(7, "gate-keeper", Role.Gate, "scenic-areas/yuyuan-garden", "检票员 孙丽", "Gate keeper Sun Li", "/screens/scenic-areas/yuyuan-garden"),
        new(8, "ticket-window", Role.TicketWindow, "scenic-areas/yuyuan-garden", "售票员 周芳", "Ticket seller Zhou Fang", "/screens/scenic-areas/yuyuan-garden"),
        new(9, "canteen-clerk", Role.CanteenClerk, "communities/jingtie-jiayuan", "食堂收银 吴刚", "Canteen clerk Wu Gang", "/communities/jingtie-jiayuan"),
        new(10, "cook", Role.Cook, "communities/jingtie-jiayuan", "厨师 郑强", "Cook Zheng Qiang", "/communities/jingtie-jiayuan"),
        new(11, "monitor", Role.Monitor, "*", "运维 冯涛", "Operator Feng Tao", "/"),
        new(12, "auditor", Role.Auditor, "*", "审计员 何洁", "Auditor He Jie", "/audit"),
        new(13, "administrator", Role.Administrator, "*", "系统管理员 高翔", "Administrator Gao Xiang", "/programs"),
    ];

    public static IReadOnlyList<DemoKey> Keys { get; } =
    [
        new("01900000-0000-7000-8000-0000000000d1", "demo sensor", Role.Sensor, "*"),
        new("01900000-0000-7000-8000-0000000000d2", "demo gate", Role.Gate, "scenic-areas/yuyuan-garden"),
    ];
}
