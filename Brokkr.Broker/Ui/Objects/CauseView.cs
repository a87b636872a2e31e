using Brokkr.Broker.Ui.Parts;
using Brokkr.Contracts.Text;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>One observed fact behind a verdict, with what the documentation says of it.</summary>
/// <param name="Head">What was observed.</param>
/// <param name="Note">What it means and what to do; null where the documentation does not name it.</param>
public sealed record CauseView(FindingHead Head, ConditionNote? Note)
{
    /// <summary>Pure.</summary>
    public static CauseView Of(Wire.Finding finding) => new(FindingHead.Of(finding), ConditionGuide.Of(finding.Condition));
}
