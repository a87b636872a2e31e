using System.Globalization;
using Microsoft.Extensions.Configuration;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;

namespace Brokkr.Contracts.Configuration;

/// <summary>Reads a TOML file into configuration keys.</summary>
internal sealed class TomlSource(string path) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(path);

    private sealed class Provider(string path) : ConfigurationProvider
    {
        public override void Load()
        {
            try
            {
                using var file = File.OpenRead(path);
                Walk("", TomlSerializer.Deserialize(file, TomlMetadata.Default.TomlTable) ?? []);
            }
            catch (TomlException e)
            {
                throw new ConfigurationException($"{path} is not TOML as it should be: {e.Message}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"{path} cannot be read: {e.Message}");
            }
        }

        private void Walk(string key, object? value)
        {
            switch (value)
            {
                case TomlTable table:
                    foreach (var (name, child) in table)
                        Walk(key.Length == 0 ? name : ConfigurationPath.Combine(key, name), child);
                    break;
                case TomlTableArray tables:
                    for (var i = 0; i < tables.Count; i++)
                        Walk(ConfigurationPath.Combine(key, i.ToString(CultureInfo.InvariantCulture)), tables[i]);
                    break;
                case TomlArray array:
                    for (var i = 0; i < array.Count; i++)
                        Walk(ConfigurationPath.Combine(key, i.ToString(CultureInfo.InvariantCulture)), array[i]);
                    // An empty list is a setting too.
                    if (array.Count == 0)
                        Set(key, "");
                    break;
                default:
                    Set(key, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }
}

[TomlSerializable(typeof(TomlTable))]
internal sealed partial class TomlMetadata : TomlSerializerContext;
