namespace Brokkr.Contracts;

/// <summary>The version of broker and agent: one for both, from one build.</summary>
public static class ProgramVersion
{
    /// <summary>As in <c>0.1.0</c>.</summary>
    public static string Current { get; } = typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);
}
