using System.Text.Json;
using System.Text.Json.Serialization;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Contexts;

/// <summary>A broker that somebody has signed in to.</summary>
/// <param name="Name">How the command line calls it.</param>
/// <param name="Url">Where it answers.</param>
/// <param name="Pak">The key itself; null where it lies in a file.</param>
/// <param name="PakFile">The file that holds the key.</param>
/// <param name="Ca">A file with who signs the broker's certificate; null for whom the machine trusts.</param>
internal sealed record BrokerContext(string Name, string Url, string? Pak, string? PakFile, string? Ca);

/// <summary>What <c>~/.config/brokkr/config</c> holds.</summary>
internal sealed record ContextList(string? Current, IReadOnlyList<BrokerContext> Contexts)
{
    public static ContextList Empty { get; } = new(null, []);

    public BrokerContext? Find(string? name) => Contexts.FirstOrDefault(c => c.Name == name);

    /// <summary>With one more context, or another one in the place of that of the same name.</summary>
    public ContextList With(BrokerContext context) =>
        new(context.Name, [.. Contexts.Where(c => c.Name != context.Name).Append(context).OrderBy(c => c.Name, StringComparer.Ordinal)]);

    public ContextList Without(string name) => new(Current == name ? null : Current, [.. Contexts.Where(c => c.Name != name)]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContextList))]
internal sealed partial class ContextJson : JsonSerializerContext;

/// <summary>The file with the contexts, which its owner alone can read.</summary>
internal sealed class ContextFile(string path)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path => path;

    /// <summary>By <c>BROKKR_CONTEXTS</c>, <c>XDG_CONFIG_HOME</c> or <c>HOME</c>.</summary>
    public static ContextFile Of(IReadOnlyDictionary<string, string> environment)
    {
        string? Variable(string name) => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        var home = Variable("XDG_CONFIG_HOME") ?? System.IO.Path.Combine(Variable("HOME") ?? ".", ".config");
        return new(Variable("BROKKR_CONTEXTS") ?? System.IO.Path.Combine(home, "brokkr", "config"));
    }

    /// <exception cref="CommandException">It cannot be read, or others can.</exception>
    public ContextList Read()
    {
        if (!File.Exists(path))
            return ContextList.Empty;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~Owner) is var others
                && (others & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
                throw new CommandException(ExitCodes.Failed, $"{path} holds keys, and others on this machine can get at it.",
                    $"chmod 600 {path}");
            return JsonSerializer.Deserialize(File.ReadAllText(path), ContextJson.Default.ContextList) is { Contexts: not null } read
                ? read
                : throw Unreadable("it holds no contexts");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e.Message.TrimEnd('.'));
        }
    }

    /// <summary>Writes it whole or not at all.</summary>
    public void Write(ContextList contexts)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            var written = $"{path}.{Environment.ProcessId}";
            OwnFile.Write(written, JsonSerializer.Serialize(contexts, ContextJson.Default.ContextList));
            File.Move(written, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Failed, $"{path} cannot be written: {e.Message}",
                "BROKKR_CONTEXTS names another file; BROKKR_URL with BROKKR_PAK_FILE needs none.");
        }
    }

    private CommandException Unreadable(string reason) =>
        new(ExitCodes.Failed, $"{path} cannot be read: {reason}.", "Mend it, or delete it and sign in again with brokkr login.");
}
