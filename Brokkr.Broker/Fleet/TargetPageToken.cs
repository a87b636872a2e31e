using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Fleet;

/// <summary>Where a reader of target state stands: in which state, after which deployment object.</summary>
internal sealed record TargetPageToken(string Revision, Guid After)
{
    public static TargetPageToken? Parse(string token) => Requests.PageKeys(token, 2) switch
    {
        [] => null,
        [var revision, var after] when Guid.TryParse(after, out var id) => new(revision, id),
        _ => throw Requests.BadPageToken(),
    };

    public override string ToString() => Requests.PageToken(Revision, $"{After}");
}
