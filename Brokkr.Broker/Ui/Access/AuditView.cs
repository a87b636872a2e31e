using Brokkr.Broker.Auth;

namespace Brokkr.Broker.Ui.Access;

/// <summary>What the page of the audit trail shows.</summary>
/// <param name="Actor">The key whose acts are asked for, by name or identifier; empty for all.</param>
/// <param name="Action">The act that is asked for; empty for all.</param>
/// <param name="Events">The events of this page, newest first.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record AuditView(string Actor, string Action, IReadOnlyList<AuditLine> Events, string? Next)
{
    /// <summary>Where it lies.</summary>
    public const string Path = "/ui/admin/audit";

    /// <summary>Pure.</summary>
    internal static AuditView Of(IEnumerable<AuditRow> rows, string actor, string action, string next) => new(
        actor, action, [.. rows.Select(AuditLine.Of)],
        next.Length == 0 ? null : PathOf(actor, action, next));

    /// <summary>The address of the trail under filters.</summary>
    public static string PathOf(string actor, string action, string after = "") =>
        Parts.Address.Of(Path, ("actor", actor), ("action", action), ("after", after));
}

/// <summary>An act.</summary>
public sealed record AuditLine(
    long Id, DateTimeOffset At, string Actor, string Role, string Address, string Action, string Said, string ObjectName, string ObjectId)
{
    internal static AuditLine Of(AuditRow row) => new(
        row.Id, row.At, row.Actor, row.ActorRole, row.Address, row.Action, row.Action.Replace('_', ' '), row.ObjectName, row.ObjectId);
}
