using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Brokkr.Contracts.Configuration;

/// <summary>Sets the properties of options from configuration keys in snake_case; every key must be known and every value fit.</summary>
internal static class OptionsBinder
{
    private static readonly string[] SecretKeys = ["pak", "connection_string", "key", "password"];

    /// <param name="section">What is configured.</param>
    /// <param name="options">What is set.</param>
    /// <param name="path">Its keys, as in <c>broker.tls</c>.</param>
    /// <param name="flaws">Gets a sentence for each setting that cannot be used.</param>
    public static void Bind(IConfigurationSection section, OptionsSection options, string path, List<string> flaws)
    {
        var settings = new Dictionary<string, Setting>(StringComparer.OrdinalIgnoreCase);
        Collect(options, settings);
        if (section.Value is { Length: > 0 })
            flaws.Add($"{path} is a section: set one of its keys {string.Join(", ", settings.Keys)}.");
        var unusable = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            try
            {
                if (settings.TryGetValue(child.Key, out var setting))
                    Set(child, setting, $"{path}.{child.Key}", flaws);
                else
                    flaws.Add($"There is no setting {path}.{child.Key}: the keys of [{path}] are {string.Join(", ", settings.Keys)}.");
            }
            catch (ConfigurationException e)
            {
                flaws.Add(e.Message);
                unusable.Add(child.Key);
            }
        }

        foreach (var (key, setting) in settings.Where(s => !unusable.Contains(s.Key)))
            flaws.AddRange(Broken(setting.Property, setting.Value, $"{path}.{key}"));
    }

    /// <summary>Finds the settings of a section by their keys, those of its parts among them.</summary>
    private static void Collect(OptionsSection options, Dictionary<string, Setting> settings)
    {
        foreach (var property in options.GetType().GetProperties().Where(p => p.CanWrite))
        {
            if (property.IsDefined(typeof(SameSectionAttribute)))
                Collect((OptionsSection)property.GetValue(options)!, settings);
            else
                settings.Add(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), new(options, property));
        }
    }

    private static void Set(IConfigurationSection given, Setting setting, string path, List<string> flaws)
    {
        var type = setting.Property.PropertyType;
        if (type == typeof(List<string>))
        {
            setting.Value = given.Value is { } joined
                ? joined.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList()
                : given.GetChildren().Select(c => c.Value ?? "").ToList();
        }
        else if (setting.Value is OptionsList list)
        {
            if (given.Value is { Length: > 0 })
                flaws.Add($"{path} is a list of tables: write [[{path}]].");
            foreach (var part in given.GetChildren())
                Bind(part, list.Add(), $"{path}.{part.Key}", flaws);
        }
        else if (setting.Value is OptionsSection nested)
        {
            Bind(given, nested, path, flaws);
        }
        else
        {
            setting.Value = Parse(given.Value ?? throw new ConfigurationException($"{path} must be a single value."), type, path);
        }
    }

    private static object Parse(string text, Type type, string path)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : throw Wrong("must be true or false");
        if (type == typeof(int) || type == typeof(int?))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Wrong("must be a whole number");
        throw new NotSupportedException($"{path} has the type {type}, which no setting may have.");

        ConfigurationException Wrong(string rule) => new($"{path} {rule}{Shown(text, path)}.");
    }

    private static IEnumerable<string> Broken(PropertyInfo property, object? value, string path)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(r => !r.IsValid(value)))
        {
            yield return rule switch
            {
                RangeAttribute range => $"{path} must be between {range.Minimum} and {range.Maximum}{Shown($"{value}", path)}.",
                RequiredAttribute => $"{path} is missing: set it in brokkr.toml, or as {Variable(path)} in the environment.",
                AllowedValuesAttribute allowed => $"{path} must be one of {string.Join(", ", allowed.Values)}{Shown($"{value}", path)}.",
                _ => $"{path}: {rule.FormatErrorMessage(path)}",
            };
        }
    }

    private static string Variable(string path) => $"BROKKR__{path.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant()}";

    private static string Shown(string value, string path) =>
        SecretKeys.Contains(path[(path.LastIndexOf('.') + 1)..], StringComparer.OrdinalIgnoreCase) || value.Length > 64
            ? ""
            : $", not \"{value}\"";

    /// <summary>One setting, and the options that hold it.</summary>
    private readonly record struct Setting(OptionsSection Options, PropertyInfo Property)
    {
        public object? Value
        {
            get => Property.GetValue(Options);
            set => Property.SetValue(Options, value);
        }
    }
}
