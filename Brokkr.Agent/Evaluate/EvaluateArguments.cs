using System.Globalization;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Evaluate;

/// <summary>The command line of <c>brokkr-agent evaluate</c>.</summary>
internal sealed class EvaluateArguments
{
    public const string StandardInput = "-";

    public const string Help = """
        usage: brokkr-agent evaluate [-f FILE|DIRECTORY|-]... [--each] [--now TIME|latest] [-o table|json] [--fail-on STATUS] [--rules FILE]

        Judges Kubernetes objects by Brokkr's health rules, without a cluster:
          kubectl get all,events -A -o json --show-managed-fields | brokkr-agent evaluate

        Reads YAML (also several documents), JSON, JSON lines, and the Lists that kubectl writes. Objects are judged together: every
        object without an owner among the input has a row, and what is wrong with its pods counts for it; events are used. Of kinds
        that the input does not hold, pods for example, nothing is said.

          -f FILE       a file to read, or a directory, of which its .yaml, .yml and .json files are; again for more; - or nothing
                        reads standard input
          --each        judge every object by itself, in the order of the input; it may lack metadata
          --now TIME    the moment to judge at, as in 2026-01-31T12:00:00Z; latest is the newest time in the input (with --each in
                        the object), outside longer texts and annotations; without it, or where there is none, now
          -o FORMAT     table, worst first (with --each as in the input), or json, an object a line; * marks what does not count for the
                        whole yet
          --fail-on S   ends with 3 where something is S or worse as a whole: unknown, degraded or failing, in this order
          --rules FILE  rules for custom resources that come before the shipped ones (agent.health.rules_file)

        What cannot be read is named on standard error, and the rest is judged.

        Exit codes: 0 judged, whatever the verdict; 1 the input cannot be read, or some of it; 2 wrong usage; 3 as --fail-on asks.
        """;

    public List<string> Files { get; } = [];

    public bool Each { get; private set; }

    /// <summary>The newest time in what is judged is the clock.</summary>
    public bool NowIsLatest { get; private set; }

    public DateTimeOffset? Now { get; private set; }

    public bool Json { get; private set; }

    public bool WantsHelp { get; private set; }

    /// <summary>From which status on the command fails; null for none.</summary>
    public OverallStatus? FailOn { get; private set; }

    public string RulesFile { get; private set; } = "";

    /// <summary>Pure. A wrong argument gives a sentence that says which and what it may be.</summary>
    public static (EvaluateArguments? Arguments, string? Problem) Parse(IReadOnlyList<string> args)
    {
        var parsed = new EvaluateArguments();
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    parsed.WantsHelp = true;
                    break;
                case "--each":
                    parsed.Each = true;
                    break;
                case "-f" or "--filename" or "--now" or "-o" or "--output" or "--rules" or "--fail-on" when i + 1 == args.Count:
                    return (null, $"{args[i]} needs a value.");
                case "-f" or "--filename" or "--now" or "-o" or "--output" or "--rules" or "--fail-on":
                    if (parsed.Set(args[i], args[++i]) is { } problem)
                        return (null, problem);
                    break;
                default:
                    return (null, $"{args[i]} is not an option of evaluate; see --help.");
            }
        }

        return (parsed, null);
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "-f" or "--filename":
                Files.Add(value);
                return null;
            case "--rules":
                RulesFile = value;
                return null;
            case "--fail-on":
                FailOn = value switch
                {
                    "unknown" => OverallStatus.Unknown,
                    "degraded" => OverallStatus.Degraded,
                    "failing" => OverallStatus.Failing,
                    _ => null,
                };
                return FailOn is null ? $"--fail-on must be unknown, degraded or failing, not \"{value}\"." : null;
            case "--now" when value == "latest":
                NowIsLatest = true;
                return null;
            case "--now" when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now)
                && value.Contains('T', StringComparison.Ordinal):
                Now = now;
                return null;
            case "--now":
                return $"--now must be latest or a time as in 2026-01-31T12:00:00Z, not \"{value}\".";
            default:
                Json = value == "json";
                return value is "json" or "table" ? null : $"{name} must be table or json, not \"{value}\".";
        }
    }
}
