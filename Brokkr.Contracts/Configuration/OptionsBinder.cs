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

    public static void Bind(IConfigurationSection section, OptionsSection options, string path)
    {
        var settings = new Dictionary<string, Setting>(StringComparer.OrdinalIgnoreCase);
        Collect(options, settings);
        if (section.Value is { Length: > 0 })
            throw new ConfigurationException($"{path} is a section: set one of its keys {string.Join(", ", settings.Keys)}.");
        foreach (var child in section.GetChildren())
        {
            if (!settings.TryGetValue(child.Key, out var setting))
                throw new ConfigurationException(
                    $"There is no setting {path}.{child.Key}: the keys of [{path}] are {string.Join(", ", settings.Keys)}.");
            Set(child, setting, $"{path}.{child.Key}");
        }

        foreach (var (key, setting) in settings)
            Require(setting.Property, setting.Value, $"{path}.{key}");
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

    private static void Set(IConfigurationSection given, Setting setting, string path)
    {
        var type = setting.Property.PropertyType;
        if (type == typeof(List<string>))
        {
            setting.Value = given.Value is { } joined
                ? joined.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList()
                : given.GetChildren().Select(c => c.Value ?? "").ToList();
        }
        else if (setting.Value is OptionsSection nested)
        {
            Bind(given, nested, path);
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
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Wrong("must be a whole number");
        throw new NotSupportedException($"{path} has the type {type}, which no setting may have.");

        ConfigurationException Wrong(string rule) => new($"{path} {rule}{Shown(text, path)}.");
    }

    private static void Require(PropertyInfo property, object? value, string path)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(r => !r.IsValid(value)))
        {
            throw new ConfigurationException(rule switch
            {
                RangeAttribute range => $"{path} must be between {range.Minimum} and {range.Maximum}{Shown($"{value}", path)}.",
                RequiredAttribute => $"{path} is missing: set it in brokkr.toml, or as {Variable(path)} in the environment.",
                AllowedValuesAttribute allowed => $"{path} must be one of {string.Join(", ", allowed.Values)}{Shown($"{value}", path)}.",
                _ => $"{path}: {rule.FormatErrorMessage(path)}",
            });
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
