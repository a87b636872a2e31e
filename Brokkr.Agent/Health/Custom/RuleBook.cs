using System.Collections.Concurrent;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Custom;

/// <summary>The rules for custom resources: the shipped ones, and before them those of the operator. Thread-safe.</summary>
internal sealed class RuleBook
{
    private const string ShippedFile = "Brokkr.Agent.Health.Custom.custom-resources.yaml";

    private static readonly Lazy<RuleBook> LazyShipped = new(ReadShipped);

    private readonly IReadOnlyList<KindRows> _kinds;
    private readonly ConcurrentDictionary<KindId, IReadOnlyList<FieldRule>> _byKind = new();

    private RuleBook(RuleWords words, IReadOnlyList<KindRows> kinds) => (Words, _kinds) = (words, kinds);

    /// <summary>What comes with the agent.</summary>
    public static RuleBook Shipped => LazyShipped.Value;

    public RuleWords Words { get; }

    /// <summary>Every entry of the table.</summary>
    public IReadOnlyList<KindRows> Kinds => _kinds;

    /// <summary>The shipped rules, and those of a file before them.</summary>
    /// <exception cref="Contracts.Configuration.ConfigurationException">The file cannot be read, or a line of it is wrong.</exception>
    public static RuleBook Load(string path)
    {
        try
        {
            using var file = File.OpenText(path);
            var (words, kinds) = new RuleBookReader(path).Read(file);
            return Shipped.With(words, kinds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Contracts.Configuration.ConfigurationException(
                $"agent.health.rules_file names {path}, which cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// The rows that may judge a kind, in the order in which they are tried: those that name the kind, or without any those that name its
    /// group, or without any those that name many.
    /// </summary>
    public IReadOnlyList<FieldRule> For(KindId kind) => _byKind.GetOrAdd(kind, Find);

    private List<FieldRule> Find(KindId kind)
    {
        var covering = _kinds.Where(k => k.Covers(kind)).OrderBy(k => k.Breadth).ToList();
        return [.. covering.TakeWhile(k => k.Breadth == covering[0].Breadth).SelectMany(k => k.Rows)];
    }

    /// <summary>Kinds named anew replace the rows of the same name; words are added.</summary>
    private RuleBook With(RuleWords words, IReadOnlyList<KindRows> kinds)
    {
        var replaced = kinds.Select(k => k.Name).ToHashSet(StringComparer.Ordinal);
        return new(
            Words.With(words),
            [.. kinds, .. _kinds.Where(k => !replaced.Contains(k.Name))]);
    }

    private static RuleBook ReadShipped()
    {
        using var stream = typeof(RuleBook).Assembly.GetManifestResourceStream(ShippedFile)!;
        using var text = new StreamReader(stream);
        var (words, kinds) = new RuleBookReader(ShippedFile).Read(text);
        return new(words, kinds);
    }
}

/// <summary>The rows of one entry of the table.</summary>
/// <param name="Name">As in <c>cert-manager.io/Certificate</c>; <c>*</c> stands for any text, and so for a whole group or many.</param>
/// <param name="Rows">The rows; the first that holds decides.</param>
internal sealed record KindRows(string Name, IReadOnlyList<FieldRule> Rows)
{
    private readonly WordList _names = new([Name]);

    /// <summary>0 for one kind, 1 for a group, 2 for many.</summary>
    public int Breadth => !Name.Contains('*', StringComparison.Ordinal)
        ? 0
        : Name.IndexOf('*', StringComparison.Ordinal) > Name.IndexOf('/', StringComparison.Ordinal) ? 1 : 2;

    public bool Covers(KindId kind) => _names.Has($"{kind.Group}/{kind.Kind}");
}
