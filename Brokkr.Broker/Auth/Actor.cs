namespace Brokkr.Broker.Auth;

/// <summary>Who does something, and from where: what the audit trail keeps of a call.</summary>
/// <param name="PakId">The key that was used; empty for the broker itself.</param>
/// <param name="Name">Name of that key.</param>
/// <param name="Role"><c>admin</c>, <c>reader</c> or <c>agent</c>; empty for the broker itself.</param>
/// <param name="Address">Address of the connection.</param>
internal sealed record Actor(string PakId, string Name, string Role, string Address)
{
    /// <summary>
    /// Begins the insert of an audit event; action, object's identifier and object's name follow. With it a statement tells what it does:
    /// <c>WITH added AS (…), audit AS ({Actor.Audit}, 'create_stack', id::text, name FROM added)</c>. The parameter <c>@by</c> holds
    /// <see cref="Values"/>.
    /// </summary>
    public const string Audit = $"{Columns}) {By}";

    /// <summary>The same, with the identifier of what it concerns besides: that comes after the object's name.</summary>
    public const string AuditRelated = $"{Columns}, related_id) {By}";

    /// <summary>The same for what may come often and is kept once within an hour, as reads are: the hour is at the end.</summary>
    public const string AuditHourly = $"{Columns}, related_id, read_hour) {By}";

    /// <summary>The key that acts, in a statement that has <c>@by</c>.</summary>
    public const string PakIdOf = "(@by::text[])[1]";

    private const string Columns = "INSERT INTO audit_trail (actor_pak_id, actor, actor_role, address, action, object_id, object_name";

    private const string By = $"SELECT {PakIdOf}, (@by::text[])[2], (@by::text[])[3], (@by::text[])[4]";

    /// <summary>The broker itself, which makes the first key and tells what it sees.</summary>
    public static readonly Actor Broker = new("", "broker", "", "");

    public string[] Values => [PakId, Name, Role, Address];
}
