namespace Coordination.Domain.Access;

/// <summary>What may be done at a place. Whoever has no role that includes it may not: see <see cref="AccessRules"/>.</summary>
public enum Permission
{
    /// <summary>See a place's figures, profile, history and trend, and watch its topic.</summary>
    SeePlace,

    /// <summary>See the health of the devices of a place.</summary>
    SeeDevices,

    /// <summary>Send movements and readings.</summary>
    RecordInput,

    /// <summary>Set a count by hand.</summary>
    CorrectCount,

    /// <summary>Open or close a place by hand.</summary>
    SetOperation,

    /// <summary>Change a place's capacity or its thresholds.</summary>
    ChangeCapacity,

    /// <summary>Create a counted place or replace its profile.</summary>
    DefinePlace,

    /// <summary>Create a community or replace its profile.</summary>
    DefineCommunity,

    /// <summary>Issue, rotate and revoke the keys of devices at a place.</summary>
    ManageDevices,

    /// <summary>Issue, rotate and revoke the keys of programs.</summary>
    ManagePrograms,

    /// <summary>See who lives or works where, masked; each look is recorded and shown to the person.</summary>
    SeePeople,

    /// <summary>Give and take roles, as far as <see cref="AccessRules.MayGrant"/>; lock and unlock accounts.</summary>
    ManageAccounts,

    /// <summary>Erase a person.</summary>
    ErasePeople,

    /// <summary>Search what was done by whom.</summary>
    SeeAudit,

    /// <summary>See what the retention periods removed.</summary>
    SeeRetention,

    /// <summary>Read metrics and the dashboard of the program.</summary>
    SeeOperations,

    /// <summary>See and change what is one's own; every account may, nobody else.</summary>
    UseOwnAccount,
}
