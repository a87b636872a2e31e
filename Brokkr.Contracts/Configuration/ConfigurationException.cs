namespace Brokkr.Contracts.Configuration;

/// <summary>A setting that cannot be used: the message names the key and what would be right, and shows no secret.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
