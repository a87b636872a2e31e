using System.Globalization;
using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Custom;

/// <summary>One question to the fields of a resource. Pure.</summary>
internal abstract record FieldTest
{
    /// <summary>What the test looks at.</summary>
    public abstract IEnumerable<string> Paths { get; }

    /// <summary>What answered the question with yes; null for no.</summary>
    public abstract Match? Find(ProjectedObject resource);
}

/// <summary>What made a rule hold.</summary>
/// <param name="Condition">The condition, where it was one.</param>
/// <param name="Value">The value, where it was one.</param>
internal sealed record Match(Condition? Condition = null, string? Value = null)
{
    /// <summary>Whether it held because something is not there.</summary>
    public bool IsAbsence { get; init; }

    /// <summary>Since when, where the rule names a time of the resource.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Asks for a condition: its type, status, reason, message and severity.</summary>
/// <param name="Lists">The paths of the lists of conditions.</param>
/// <param name="Types">Types to look for.</param>
/// <param name="Statuses">Its status; null for any.</param>
/// <param name="Reasons">Its reason; null for any.</param>
/// <param name="Messages">Its message; null for any.</param>
/// <param name="Severities">Its severity; null for any.</param>
/// <param name="Absent">Whether there must be none like that.</param>
internal sealed record ConditionTest(
    IReadOnlyList<string> Lists, WordList Types, WordList? Statuses, WordList? Reasons, WordList? Messages, WordList? Severities,
    bool Absent) : FieldTest
{
    public override IEnumerable<string> Paths => Lists.SelectMany(ConditionLists.PathsOf);

    public override Match? Find(ProjectedObject resource)
    {
        var found = Lists.SelectMany(list => ConditionLists.In(resource, list)).FirstOrDefault(c =>
            Types.Has(c.Type) && Statuses?.Has(c.Status) != false && Reasons?.Has(c.Reason) != false && Messages?.Has(c.Message) != false
            && Severities?.Has(c.Severity) != false);
        return Absent == (found is null) ? new(found) { IsAbsence = Absent } : null;
    }
}

/// <summary>Asks for the values at paths.</summary>
/// <param name="At">The paths; the values of all count.</param>
/// <param name="Is">One of the values must be one of these; null for any.</param>
/// <param name="IsNot">One of the values must be none of these; null for any.</param>
/// <param name="Absent">Whether there must be nothing (empty text, list and null are nothing), or something; null for either.</param>
/// <param name="Below">One of the numbers must be less than this one, or the one at this path; where the path names no items, a missing
/// number is 0.</param>
/// <param name="Above">Likewise, greater.</param>
internal sealed record PathTest(IReadOnlyList<string> At, WordList? Is, WordList? IsNot, bool? Absent, string? Below, string? Above)
    : FieldTest
{
    public override IEnumerable<string> Paths => At.Concat(new[] { Below, Above }.OfType<string>().Where(limit => NumberOf(limit) is null));

    public override Match? Find(ProjectedObject resource)
    {
        var values = At.SelectMany(path => resource.At(path)).ToList();
        if (Absent is { } absent && absent == values.Exists(HasContent))
            return null;
        var texts = values.Select(JsonPaths.TextOf).OfType<string>().ToList();
        var fitting = Is is null && IsNot is null ? texts.FirstOrDefault() : texts.Find(t => Is?.Has(t) != false && IsNot?.Has(t) != true);
        if (fitting is null && (Is is not null || IsNot is not null))
            return null;
        var numbers = texts.Select(NumberOf).OfType<decimal>().ToList();
        if (numbers.Count == 0 && !At.Any(path => path.Contains('*', StringComparison.Ordinal)))
            numbers.Add(0);
        return Compares(resource, numbers, Below, -1) && Compares(resource, numbers, Above, 1)
            ? new(Value: fitting) { IsAbsence = Absent == true }
            : null;
    }

    private static bool Compares(ProjectedObject resource, List<decimal> numbers, string? limit, int sign) =>
        limit is null
            || ((NumberOf(limit) ?? NumberOf(resource.Text(limit))) is { } other && numbers.Exists(n => n.CompareTo(other) == sign));

    /// <summary>Of a share as in <c>1/3</c> its value; none of nothing is all of it.</summary>
    private static decimal? NumberOf(string? text)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        return text?.Split('/') is [var part, var whole]
            && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var some)
            && int.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
            ? all == 0 ? 1 : (decimal)some / all
            : null;
    }

    private static bool HasContent(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => false,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };
}
