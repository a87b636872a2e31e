using System.Security.Cryptography;
using Brokkr.Contracts.Configuration;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Finds the API server and the credentials for it.</summary>
internal static class KubeConfiguration
{
    /// <param name="kubeconfig">Path of a kubeconfig; empty looks at $KUBECONFIG, ~/.kube/config and the pod's service account.</param>
    /// <exception cref="ConfigurationException">Says why it cannot be used.</exception>
    public static KubeConnection Open(string kubeconfig)
    {
        try
        {
            return new(kubeconfig.Length > 0 ? Read(kubeconfig) : KubernetesClientConfiguration.BuildDefaultConfig());
        }
        catch (Exception e)
            when (e is KubeConfigException or IOException or UnauthorizedAccessException or YamlException or FormatException
            or CryptographicException)
        {
            throw new ConfigurationException(
                $"agent.kubeconfig{(kubeconfig.Length > 0 ? $" ({kubeconfig})" : "")} cannot be used: {FirstLine(e.Message)}");
        }
    }

    /// <summary>Of a program that gives a token, the library tells the whole stack.</summary>
    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();

    /// <summary>The library knows no <c>tokenFile</c>, where tokens lie that are replaced while programs run.</summary>
    private static KubernetesClientConfiguration Read(string path)
    {
        var file = KubernetesClientConfiguration.LoadKubeConfig(path);
        var name = file.Contexts?.FirstOrDefault(c => c.Name == file.CurrentContext)?.ContextDetails?.User;
        var user = file.Users?.FirstOrDefault(u => u.Name == name);
        if (user is null || TokenFileOf(user.Name, path) is not { } tokenFile)
            return KubernetesClientConfiguration.BuildConfigFromConfigFile(path);
        // It insists on a token; the provider comes before it.
        (user.UserCredentials ??= new()).Token = "in tokenFile";
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(file);
        configuration.TokenProvider = new TokenFileAuth(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, tokenFile));
        return configuration;
    }

    private static string? TokenFileOf(string user, string path)
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(path))
            yaml.Load(text);
        var root = yaml.Documents.FirstOrDefault()?.RootNode as YamlMappingNode;
        return Sequence(root, "users").OfType<YamlMappingNode>().Where(u => $"{Value(u, "name")}" == user)
            .Select(u => (Value(Value(u, "user"), "tokenFile") as YamlScalarNode)?.Value)
            .FirstOrDefault(f => !string.IsNullOrEmpty(f));
    }

    private static IEnumerable<YamlNode> Sequence(YamlNode? node, string key) => Value(node, key) as YamlSequenceNode ?? [];

    private static YamlNode? Value(YamlNode? node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(key, out var value) ? value : null;
}
