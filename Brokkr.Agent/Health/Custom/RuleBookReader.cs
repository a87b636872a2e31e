using System.Globalization;
using Brokkr.Contracts.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Agent.Health.Custom;

/// <summary>Reads a file of rules for custom resources. Whatever is wrong in it names file, line and reason.</summary>
internal sealed class RuleBookReader(string file)
{
    private static readonly string[] WordKeys =
    [
        "ready_types", "failure_types", "paused_types", "error_reasons", "other_error_reasons", "failure_reasons", "waiting_reasons",
        "paused_reasons", "bad_phases", "waiting_phases", "paused_phases", "clouds",
    ];

    private static readonly string[] TestKeys =
        ["condition", "in", "status", "reason", "message", "severity", "path", "is", "is_not", "absent", "below", "above"];
    private static readonly string[] RowKeys = [.. TestKeys, "and", "then", "after", "since", "text"];

    /// <exception cref="ConfigurationException">The file is not as it should be.</exception>
    public (RuleWords Words, IReadOnlyList<KindRows> Kinds) Read(TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException e)
        {
            throw new ConfigurationException(
                $"{file}, line {e.Start.Line}: it is not YAML as it should be: {(e.InnerException ?? e).Message}");
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new ConfigurationException($"{file}, line 1: it must hold one document, with the keys words and kinds.");
        var fields = Fields(root, ["words", "kinds"]);
        return (fields.TryGetValue("words", out var words)
            ? ReadWords(words)
            : new(), fields.TryGetValue("kinds", out var kinds) ? ReadKinds(kinds) : []);
    }

    private RuleWords ReadWords(YamlNode node)
    {
        var fields = Fields(node, WordKeys);
        return new()
        {
            ReadyTypes = List("ready_types"),
            FailureTypes = List("failure_types"),
            PausedTypes = List("paused_types"),
            ErrorReasons = List("error_reasons"),
            OtherErrorReasons = List("other_error_reasons"),
            FailureReasons = List("failure_reasons"),
            WaitingReasons = List("waiting_reasons"),
            PausedReasons = List("paused_reasons"),
            BadPhases = List("bad_phases"),
            WaitingPhases = List("waiting_phases"),
            PausedPhases = List("paused_phases"),
            Clouds = List("clouds"),
        };

        WordList List(string key) => fields.TryGetValue(key, out var list) ? Words(list) : WordList.Empty;
    }

    private List<KindRows> ReadKinds(YamlNode node)
    {
        if (node is not YamlMappingNode map)
            throw Wrong(node, "kinds must be a mapping from group/Kind to a list of rules");
        var kinds = new List<KindRows>();
        foreach (var (key, value) in map.Children)
        {
            var rows = (value as YamlSequenceNode ?? throw Wrong(value, "a kind needs a list of rules")).Select(ReadRow).ToList();
            foreach (var name in Text(key).Split(',', StringSplitOptions.TrimEntries))
            {
                if (name.Split('/') is not [{ Length: > 0 }, { Length: > 0 }] || name.AsSpan().ContainsAny('"', ' '))
                    throw Wrong(key, $"\"{name}\" is not a kind: write group/Kind, as in cert-manager.io/Certificate");
                kinds.Add(new(name, rows));
            }
        }

        return kinds;
    }

    private FieldRule ReadRow(YamlNode node)
    {
        var fields = Fields(node, RowKeys);
        var tests = new List<FieldTest>();
        if (fields.Keys.Any(TestKeys.Contains))
            tests.Add(ReadTest(node, fields));
        if (fields.TryGetValue("and", out var more))
            tests.AddRange((more as YamlSequenceNode ?? throw Wrong(more, "and must be a list of tests"))
                .Select(t => ReadTest(t, Fields(t, TestKeys))));
        var then = !fields.TryGetValue("then", out var outcome)
            ? throw Wrong(node, "a rule needs then: healthy, suspended, progressing or degraded")
            : Text(outcome) switch
            {
                "healthy" => RuleOutcome.Healthy,
                "suspended" => RuleOutcome.Suspended,
                "progressing" => RuleOutcome.Progressing,
                "degraded" => RuleOutcome.Degraded,
                var other => throw Wrong(outcome, $"then must be healthy, suspended, progressing or degraded, not \"{other}\""),
            };
        return new(tests, then)
        {
            After = fields.TryGetValue("after", out var after) ? After(after, then) : null,
            SincePath = Optional(fields, "since"),
            TextPath = Optional(fields, "text"),
        };
    }

    private FieldTest ReadTest(YamlNode node, Dictionary<string, YamlNode> fields)
    {
        var (condition, path) = (fields.GetValueOrDefault("condition"), fields.GetValueOrDefault("path"));
        if (condition is null == path is null)
            throw Wrong(node, "a test needs either condition or path");
        var foreign = fields.Keys.FirstOrDefault(k => condition is null
            ? k is "in" or "status" or "reason" or "message" or "severity"
            : k is "is" or "is_not" or "below" or "above");
        if (foreign is not null)
            throw Wrong(fields[foreign], $"{foreign} does not belong to a test of a {(condition is null ? "path" : "condition")}");
        if (path is not null && !fields.Keys.Any(k => k is "is" or "is_not" or "absent" or "below" or "above"))
            throw Wrong(node, "a test of a path needs one of is, is_not, absent, below and above");
        var absent = fields.TryGetValue("absent", out var flag) ? Flag(flag) : (bool?)null;
        return condition is not null
            ? new ConditionTest(
                fields.TryGetValue("in", out var lists) ? Texts(lists) : [ConditionLists.OfWhole],
                Words(condition), Given("status"), Given("reason"), Given("message"), Given("severity"), absent ?? false)
            : new PathTest(Texts(path!), Given("is"), Given("is_not"), absent, Optional(fields, "below"), Optional(fields, "above"));

        WordList? Given(string key) => fields.TryGetValue(key, out var list) ? Words(list) : null;
    }

    private TimeSpan After(YamlNode node, RuleOutcome then)
    {
        var text = Text(node);
        if (text == "never" && then == RuleOutcome.Progressing)
            return Timeout.InfiniteTimeSpan;
        return text.EndsWith('m') && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            && minutes <= 100_000
            ? TimeSpan.FromMinutes(minutes)
            : throw Wrong(node, $"after must be minutes as in 15m{(then == RuleOutcome.Progressing ? ", or never" : "")}, not \"{text}\"");
    }

    private Dictionary<string, YamlNode> Fields(YamlNode node, string[] known)
    {
        if (node is not YamlMappingNode map)
            throw Wrong(node, $"a mapping is needed, with the keys {string.Join(", ", known)}");
        var fields = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Children)
        {
            if (!known.Contains(Text(key)))
                throw Wrong(key, $"there is no key \"{Text(key)}\": the keys are {string.Join(", ", known)}");
            fields[Text(key)] = value;
        }

        return fields;
    }

    private WordList Words(YamlNode node) => new(Texts(node));

    private List<string> Texts(YamlNode node) => node is YamlSequenceNode list ? [.. list.Select(Text)] : [Text(node)];

    private bool Flag(YamlNode node) =>
        Text(node) switch { "true" => true, "false" => false, _ => throw Wrong(node, "absent must be true or false") };

    private string? Optional(Dictionary<string, YamlNode> fields, string key) => fields.TryGetValue(key, out var node) ? Text(node) : null;

    private string Text(YamlNode node) => node is YamlScalarNode { Value: { Length: > 0 } text }
        ? text
        : throw Wrong(node, "a text is needed here");

    private ConfigurationException Wrong(YamlNode node, string reason) => new($"{file}, line {node.Start.Line}: {reason}.");
}
