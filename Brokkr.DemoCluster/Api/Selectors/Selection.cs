using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Selectors;

/// <summary>The objects that a list or watch is about: a namespace, labels and fields. Pure.</summary>
internal sealed class Selection(string? @namespace, LabelSelector labels, FieldSelector fields)
{
    private readonly string _prefix = @namespace is null ? "" : $"{@namespace}/";

    /// <summary>With selectors a server does not count what remains.</summary>
    public bool HasSelectors => !labels.IsEmpty || !fields.IsEmpty;

    /// <summary>The part of an object's key that continue tokens leave out.</summary>
    public string Prefix => _prefix;

    public static (Selection? Selection, KubeStatus? Refusal) Parse(ResourceKind kind, ApiPath path, IQueryCollection query)
    {
        var (labels, badLabels) = LabelSelector.Parse(query["labelSelector"]);
        var (fields, badFields) = FieldSelector.Parse(query["fieldSelector"], kind);
        return labels is null || fields is null ? (null, badLabels ?? badFields) : (new(path.Namespace, labels, fields), null);
    }

    public bool Matches(StoredObject stored) =>
        stored.Key.StartsWith(_prefix, StringComparison.Ordinal) && labels.Matches(stored.Value) && fields.Matches(stored.Value);
}
