using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>Where a reader of the agents of a deployment object stands, which come by status and name.</summary>
internal sealed record AgentVerdictKey(Guid ObjectId, Status Status, string Agent)
{
    private const string Field = "agents_page_token";

    /// <summary>The key of a token; null where it is empty.</summary>
    /// <exception cref="ApiError">The token is none, or of another deployment object.</exception>
    public static AgentVerdictKey? Of(string token, Guid objectId)
    {
        var key = Page.KeyOf<AgentVerdictKey>(token, Field);
        return key is null || (key.ObjectId == objectId && HealthWords.WorstFirst.Contains(key.Status))
            ? key
            : throw Errors.Invalid(Field, "belongs to another deployment object: send the one that was answered with it.");
    }
}
