using Microsoft.Extensions.Configuration;

namespace Brokkr.Contracts.Configuration;

/// <summary>
/// Loads settings from <c>brokkr.toml</c> (<c>BROKKR_CONFIG</c> names another), then the environment, then the command line.
/// </summary>
public static class ConfigurationLoader
{
    private const string DefaultFile = "brokkr.toml";
    private const string FileVariable = "BROKKR_CONFIG";
    private const string VariablePrefix = "BROKKR__";

    /// <summary>The sections that one file may hold; each program reads its own.</summary>
    private static readonly string[] Sections = ["broker", "agent"];

    /// <summary>Reads one section into <typeparamref name="T"/>, whose properties are the keys in snake_case.</summary>
    /// <param name="section">Its name.</param>
    /// <param name="args">The command line.</param>
    /// <param name="check">What no single setting shows, a sentence for each flaw.</param>
    /// <exception cref="ConfigurationException">Keys are unknown, or values cannot be used: a line for each.</exception>
    public static T Load<T>(string section, string[] args, Func<T, IEnumerable<string>>? check = null) where T : OptionsSection, new()
    {
        var builder = new ConfigurationBuilder();
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } named)
            builder.Add(new TomlSource(Path.GetFullPath(named)));
        else if (File.Exists(DefaultFile))
            builder.Add(new TomlSource(Path.GetFullPath(DefaultFile)));
        builder.AddEnvironmentVariables(VariablePrefix);
        builder.AddCommandLine([.. args.Select(Normalised)]);
        var configuration = builder.Build();

        var flaws = configuration.GetChildren().Where(c => !Sections.Contains(c.Key, StringComparer.OrdinalIgnoreCase))
            .Select(c => $"There is no section [{c.Key}]: the sections are {string.Join(", ", Sections.Select(s => $"[{s}]"))}.").ToList();
        var options = new T();
        OptionsBinder.Bind(configuration.GetSection(section), options, section, flaws);
        flaws.AddRange(check?.Invoke(options) ?? []);
        return flaws.Count == 0 ? options : throw new ConfigurationException(string.Join('\n', flaws));
    }

    /// <summary><c>--broker.http_port=8090</c> reads better than the colons of the configuration system.</summary>
    private static string Normalised(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
            throw new ConfigurationException($"The argument {argument} is not of the form --section.key=value.");
        var end = argument.IndexOf('=', StringComparison.Ordinal);
        if (end < 0)
            throw new ConfigurationException($"The argument {argument} has no value: write {argument}=VALUE.");
        return argument[..end].Replace('.', ':') + argument[end..];
    }
}
