using Brokkr.Broker.Storage;
using Word = Brokkr.V1.ResourceStatus.Types.Word;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>A Kubernetes object of a deployment object.</summary>
/// <param name="Anchor">Its identifier on the page.</param>
/// <param name="Status">The status whose shape and colour it has.</param>
/// <param name="State">Its own word, as in <c>progressing</c>.</param>
/// <param name="Source">The resource itself.</param>
public sealed record ResourceView(string Anchor, string Status, string State, Wire.ResourceHealth Source)
{
    /// <summary>Pure.</summary>
    public static ResourceView Of(Wire.ResourceHealth resource) => new(
        Parts.Anchor.Of("resource", resource.ApiVersion, resource.Kind, resource.Namespace, resource.Name),
        resource.Status switch
        {
            Word.Healthy => "healthy",
            Word.Progressing => "rolling_out",
            Word.Degraded => "degraded",
            Word.Failing => "failing",
            Word.Unspecified => resource.Ready ? "healthy" : "degraded",
            _ => "unknown",
        },
        resource.Status != Word.Unspecified && Enum.IsDefined(resource.Status)
            ? resource.Status.Text()
            : resource.Ready ? "ready" : "not ready",
        resource);
}
