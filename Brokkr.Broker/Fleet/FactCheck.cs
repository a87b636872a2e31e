using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf;

namespace Brokkr.Broker.Fleet;

/// <summary>Checks what an agent says of itself. Pure.</summary>
internal static class FactCheck
{
    /// <exception cref="ApiError">Names the field and what would be right.</exception>
    public static void Require(Wire.ReportAgentFactsRequest request)
    {
        if (request.DeletionHeld is { Count: < 1 })
            throw Errors.Invalid("deletion_held.count", "must be 1 or more; leave deletion_held out where nothing is held back.");
        if (request.DeletionHeld is { Number: < 0 })
            throw Errors.Invalid("deletion_held.number", "must be 0 or more.");
        if (request.MissingRights.Count > Limits.MissingRights)
            throw Errors.Invalid("missing_rights", $"must have at most {Limits.MissingRights} entries.");
        foreach (var right in request.MissingRights)
        {
            if (right.Verbs.Count > Limits.MissingVerbs)
                throw Errors.Invalid("missing_rights.verbs", $"must have at most {Limits.MissingVerbs} entries.");
            if (right.Verbs.Append(right.Group).Append(right.Resource).Append(right.Namespace).Any(t => t.Length > Limits.NameLength))
                throw Errors.Invalid("missing_rights", $"must have texts of at most {Limits.NameLength} characters.");
        }
    }

    /// <summary>The rights of a checked request, cleaned and serialized.</summary>
    public static byte[] RightsOf(Wire.ReportAgentFactsRequest request) => new Wire.ReportAgentFactsRequest
    {
        MissingRights =
        {
            request.MissingRights.Select(r => new Wire.MissingRight
            {
                Group = Cleaned(r.Group),
                Resource = Cleaned(r.Resource),
                Namespace = Cleaned(r.Namespace),
                Verbs = { r.Verbs.Select(Cleaned) },
            }),
        },
    }.ToByteArray();

    private static string Cleaned(string text) => Echo.Of(text, Limits.NameLength);
}
