using System.CommandLine;

namespace Brokkr.Cli.Invocation;

/// <summary>The forms in which answers are written.</summary>
internal static class Formats
{
    public const string Table = "table";
    public const string Wide = "wide";
    public const string Json = "json";
    public const string Yaml = "yaml";
    public const string Name = "name";

    /// <summary><c>-o</c> of what shows tables.</summary>
    public static Option<string> Option() => Of(Table, Wide, Json, Yaml, Name);

    /// <param name="forms">The first one is meant where nothing is said.</param>
    public static Option<string> Of(params string[] forms)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = $"How to write it: {string.Join(", ", forms)}",
            DefaultValueFactory = _ => forms[0],
            HelpName = string.Join('|', forms),
        };
        return option.AcceptOnlyFromAmong(forms);
    }
}
