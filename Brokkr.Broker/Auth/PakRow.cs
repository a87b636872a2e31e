using LinqToDB.Mapping;

namespace Brokkr.Broker.Auth;

/// <summary>A row of <c>paks</c>.</summary>
[Table("paks")]
internal sealed class PakRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; set; }

    /// <summary><c>admin</c>, <c>reader</c> or <c>agent</c>.</summary>
    [Column("role")]
    public required string Role { get; set; }

    [Column("agent_id")]
    public Guid? AgentId { get; set; }

    [Column("name")]
    public required string Name { get; set; }

    [Column("secret_hash")]
    public required byte[] SecretHash { get; set; }
}
