using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Contracts.Manifests;

/// <summary>Reads bundles of Kubernetes manifests. Pure.</summary>
public static class ManifestReader
{
    /// <summary>More than a bundle of the permitted size can spell out.</summary>
    private const long MaxNodes = 1_000_000;

    /// <summary>Reads every object of a bundle; the items of a List count as objects of their own, empty documents as none.</summary>
    /// <exception cref="ManifestException">The text is not YAML, is too large, or an object lacks apiVersion, kind or name.</exception>
    public static IReadOnlyList<ManifestObject> Read(string yaml) => Condense(ReadNodes(yaml));

    /// <summary>As <see cref="Read"/>, for who has to know where in the text something stands; takes twenty times the text.</summary>
    /// <exception cref="ManifestException">As of <see cref="Read"/>, but for what aliases unfold to in bytes.</exception>
    public static IReadOnlyList<ManifestNodes> ReadNodes(string yaml)
    {
        var objects = new List<ManifestNodes>();
        foreach (var document in Load(yaml).Documents)
            AddDocument(document.RootNode, objects);
        return objects.Count > 0 ? objects : throw new ManifestException("there is no object in it", 1, 1);
    }

    /// <summary>
    /// Every mistake in a bundle, in the order of the text; none where <see cref="Read"/> reads it. Where the text is not YAML each
    /// document is looked at by itself, so that a mistake in one does not hide those in the others.
    /// </summary>
    public static IReadOnlyList<ManifestException> Check(string yaml)
    {
        var (problems, objects) = (new List<ManifestException>(), new List<ManifestNodes>());
        try
        {
            Collect(Load(yaml).Documents.Select(d => d.RootNode), 0, objects, problems);
        }
        catch (ManifestException whole)
        {
            foreach (var (text, line) in Split(yaml).Take(Limits.ManifestDocuments))
                CheckAlone(text, line, objects, problems);
            // What only the whole has: too many documents.
            if (problems.Count == 0)
                problems.Add(whole);
        }

        if (problems.Count == 0 && objects.Count == 0)
            problems.Add(new("there is no object in it", 1, 1));
        if (problems.Count > 0)
            return problems;
        try
        {
            Condense(objects);
        }
        catch (ManifestException e)
        {
            problems.Add(e);
        }

        return problems;
    }

    private static List<ManifestObject> Condense(IReadOnlyList<ManifestNodes> read)
    {
        var (objects, left) = (new List<ManifestObject>(read.Count), Limits.ManifestJsonBytes);
        foreach (var (apiVersion, kind, ns, name, root) in read)
        {
            var json = YamlJson.Of(root, left);
            left -= json.Length;
            objects.Add(new(apiVersion, kind, ns, name, json));
        }

        return objects;
    }

    private static void CheckAlone(string text, int line, List<ManifestNodes> objects, List<ManifestException> problems)
    {
        try
        {
            Collect(Load(text).Documents.Select(d => d.RootNode), line, objects, problems);
        }
        catch (ManifestException e)
        {
            problems.Add(new(e.Message, e.Line + line, e.Column));
        }
    }

    private static void Collect(IEnumerable<YamlNode> nodes, int line, List<ManifestNodes> objects, List<ManifestException> problems)
    {
        foreach (var node in nodes)
        {
            try
            {
                AddDocument(node, objects);
            }
            catch (ManifestException e)
            {
                problems.Add(new(e.Message, e.Line + line, e.Column));
            }
        }
    }

    /// <summary>The documents of a text, each with the number of lines before it.</summary>
    private static IEnumerable<(string Text, int Line)> Split(string yaml)
    {
        var lines = yaml.Split('\n');
        var begin = 0;
        for (var i = 1; i <= lines.Length; i++)
        {
            if (i < lines.Length && !(lines[i].TrimEnd() == "---" || lines[i].StartsWith("--- ", StringComparison.Ordinal)))
                continue;
            yield return (string.Join('\n', lines[begin..i]), begin);
            begin = i;
        }
    }

    private static YamlStream Load(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            // Editors put the mark there, and it means nothing in UTF-8.
            yaml = yaml.TrimStart('\uFEFF');
            Guard(yaml);
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new ManifestException(Reason(e), e.Start.Line, e.Start.Column);
        }
        catch (InvalidOperationException)
        {
            throw Unfinished(yaml);
        }

        return stream;
    }

    /// <summary>
    /// Walks the text without building it, so that depth, documents and what aliases unfold to are bounded before memory is spent.
    /// </summary>
    private static void Guard(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        var (nodes, documents) = (0L, 0);
        var open = new Stack<Open>();
        var anchors = new Dictionary<string, (long Nodes, int Height)>(StringComparer.Ordinal);
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            switch (current)
            {
                case DocumentStart when ++documents > Limits.ManifestDocuments:
                    throw At(current, $"it holds more than {Limits.ManifestDocuments} documents");
                case DocumentStart:
                    anchors.Clear();
                    break;
                case MappingStart or SequenceStart when open.Count >= Limits.ManifestDepth:
                    throw At(current, $"it nests deeper than {Limits.ManifestDepth} levels");
                case MappingStart or SequenceStart:
                    open.Push(new(NameOf(((NodeEvent)current).Anchor), nodes++));
                    break;
                case MappingEnd or SequenceEnd:
                    var closed = open.Pop();
                    anchors[closed.Anchor] = (nodes - closed.Before, closed.Height);
                    Raise(closed.Height);
                    break;
                case Scalar scalar:
                    anchors[NameOf(scalar.Anchor)] = (1, 0);
                    nodes++;
                    break;
                case AnchorAlias alias when !anchors.TryGetValue(alias.Value.Value, out var named) || (nodes += named.Nodes) > MaxNodes:
                    throw At(current, "an alias refers to itself, or the aliases unfold to too much: write the values out");
                case AnchorAlias alias when open.Count + anchors[alias.Value.Value].Height > Limits.ManifestDepth:
                    throw At(current, $"it nests deeper than {Limits.ManifestDepth} levels once the aliases are unfolded");
                case AnchorAlias alias:
                    Raise(anchors[alias.Value.Value].Height);
                    break;
            }
        }

        void Raise(int height)
        {
            if (open.TryPeek(out var around))
                around.Height = Math.Max(around.Height, height + 1);
        }

        static string NameOf(AnchorName anchor) => anchor.IsEmpty ? "" : anchor.Value;
        static ManifestException At(ParsingEvent e, string message) => new(message, e.Start.Line, e.Start.Column);
    }

    /// <summary>JSON, which is what manifests become, has texts as keys, and each once.</summary>
    private static void RequireKeys(YamlNode node, HashSet<YamlNode> seen)
    {
        if (!seen.Add(node))
            return;
        if (node is YamlSequenceNode list)
        {
            foreach (var item in list.Children)
                RequireKeys(item, seen);
        }

        if (node is not YamlMappingNode map)
            return;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Children)
        {
            if (key is not YamlScalarNode { Value: var name })
                throw At(key, "a key must be a text");
            if (!keys.Add(name ?? ""))
                throw At(key, $"the key {name} is there twice");
            RequireKeys(value, seen);
        }
    }

    /// <summary>The parser has no words for some texts, and no place: it is behind what could be read.</summary>
    private static ManifestException Unfinished(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        var end = Mark.Empty;
        try
        {
            while (parser.MoveNext())
                end = parser.Current!.End;
        }
        catch (InvalidOperationException)
        {
            // Where it stopped is what is asked for.
        }

        return new("what comes next is no YAML", end.Line, end.Column);
    }

    private static void AddDocument(YamlNode node, List<ManifestNodes> objects)
    {
        RequireKeys(node, new(ReferenceEqualityComparer.Instance));
        Add(node, objects);
    }

    private static void Add(YamlNode node, List<ManifestNodes> objects)
    {
        if (node is YamlScalarNode { Value: null or "" or "null" or "~" })
            return;
        if (node is not YamlMappingNode root)
            throw At(node, "each document must be a mapping with apiVersion, kind and metadata.name");
        var kind = Required(root, root, "kind");
        var apiVersion = Required(root, root, "apiVersion");
        if (kind.EndsWith("List", StringComparison.Ordinal) && Child(root, "items") is YamlSequenceNode items)
        {
            foreach (var item in items)
                Add(item, objects);
            return;
        }

        if (Child(root, "metadata") is not YamlMappingNode metadata)
            throw At(root, $"the {kind} has no metadata");
        var name = Required(metadata, root, "name", "metadata.name");
        var ns = (Child(metadata, "namespace") as YamlScalarNode)?.Value;
        if (objects.Count >= Limits.ManifestDocuments)
            throw At(root, $"it holds more than {Limits.ManifestDocuments} objects");
        objects.Add(new(apiVersion, kind, string.IsNullOrEmpty(ns) ? null : ns, name, root));
    }

    private static string Required(YamlMappingNode map, YamlMappingNode root, string key, string? path = null) =>
        Child(map, key) is YamlScalarNode { Value: { Length: > 0 and <= Limits.NameLength } value }
            ? value
            : throw At(root, $"each object needs {path ?? key}, a text of 1 to {Limits.NameLength} characters");

    private static YamlNode? Child(YamlMappingNode map, string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var child)
        ? child
        : null;

    private static ManifestException At(YamlNode node, string message) => new(message, node.Start.Line, node.Start.Column);

    /// <summary>The parser's sentence without its position, which it puts in front and which we state ourselves.</summary>
    private static string Reason(YamlException e)
    {
        var text = (e.InnerException ?? e).Message.TrimEnd('.');
        return text.StartsWith("(Line:", StringComparison.Ordinal) && text.IndexOf("): ", StringComparison.Ordinal) is var end and > 0
            ? text[(text.LastIndexOf("): ", StringComparison.Ordinal) + 3)..]
            : text;
    }

    /// <summary>A collection that is not at its end yet: how much was there before it, and how many levels it has so far.</summary>
    private sealed class Open(string anchor, long before)
    {
        public string Anchor => anchor;

        public long Before => before;

        public int Height { get; set; } = 1;
    }
}
