namespace Brokkr.Broker.Auth;

/// <summary>What it takes to verify a key: a row of <c>paks</c> that is in force.</summary>
internal sealed class ActivePakRow
{
    public required string Id { get; set; }

    /// <summary><c>admin</c>, <c>reader</c> or <c>agent</c>.</summary>
    public required string Role { get; set; }

    public Guid? AgentId { get; set; }

    public required string Name { get; set; }

    public required byte[] SecretHash { get; set; }

    /// <summary>How many seconds it was still valid when it was read, by the database's clock; null where it does not expire.</summary>
    public double? ExpiresIn { get; set; }

    public bool IsSameCallerAs(ActivePakRow other) => (Id, Role, AgentId, Name) == (other.Id, other.Role, other.AgentId, other.Name);
}
