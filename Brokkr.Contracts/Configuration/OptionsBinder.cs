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
        var properties = options.GetType().GetProperties().Where(p => p.CanWrite)
            .ToDictionary(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name), StringComparer.OrdinalIgnoreCase);
        if (section.Value is { Length: > 0 })
            throw new ConfigurationException($"{path} is a section: set one of its keys {string.Join(", ", properties.Keys)}.");
        foreach (var child in section.GetChildren())
        {
            if (!properties.TryGetValue(child.Key, out var property))
                throw new ConfigurationException($"There is no setting {path}.{child.Key}: the keys of [{path}] are {string.Join(", ", properties.Keys)}.");
            Set(child, property, options, $"{path}.{child.Key}");
        }

        foreach (var (key, property) in properties)
            Require(property, property.GetValue(options), $"{path}.{key}");
    }

    private static void Set(IConfigurationSection given, PropertyInfo property, OptionsSection options, string path)
    {
        var type = property.PropertyType;
        if (type == typeof(List<string>))
        {
            property.SetValue(options, given.Value is { } joined
                ? joined.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList()
                : given.GetChildren().Select(c => c.Value ?? "").ToList());
        }
        else if (property.GetValue(options) is OptionsSection nested)
        {
            Bind(given, nested, path);
        }
        else
        {
            property.SetValue(options, Parse(given.Value ?? throw new ConfigurationException($"{path} must be a single value."), type, path));
        }
    }

    private static object Parse(string text, Type type, string path)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : throw Wrong("must be true or false");
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("must be a whole number");
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
        SecretKeys.Contains(path[(path.LastIndexOf('.') + 1)..], StringComparer.OrdinalIgnoreCase) || value.Length > 64 ? "" : $", not \"{value}\"";
}
