using System.Text.RegularExpressions;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Findings;

/// <summary>Makes a condition word of what an object says of itself. Pure.</summary>
internal static partial class ReasonWord
{
    /// <summary>The reason of the condition; where it is none or no word, its type, which then is the news.</summary>
    public static string Of(Condition condition) => Of(condition.Reason, condition.Type);

    /// <summary>The first of the texts that is a word.</summary>
    public static string Of(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is not null && Word().IsMatch(text))
                return text;
        }

        return ConditionWord.Degraded;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]{1,63}\z")]
    private static partial Regex Word();
}
