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
    /// <exception cref="ConfigurationException">Says why it cannot be used.</exception>
    public static KubeConnection Open(ClusterOptions options)
    {
        var kubeconfig = options.Kubeconfig;
        try
        {
            if (FilesOf(kubeconfig) is { Count: > 0 } files)
                return Connect(files, options.ClusterProxy);
            if (KubernetesClientConfiguration.IsInCluster())
                return new(KubernetesClientConfiguration.InClusterConfig(), ProxyChoice.Of(options.ClusterProxy, "agent.cluster_proxy"));
        }
        catch (Exception e)
            when (e is KubeConfigException or IOException or UnauthorizedAccessException or YamlException or FormatException
            or CryptographicException)
        {
            throw new ConfigurationException(
                $"agent.kubeconfig{(kubeconfig.Length > 0 ? $" ({kubeconfig})" : "")} cannot be used: {FirstLine(e.Message)}");
        }

        throw new ConfigurationException(
            "There is no cluster to look after: name a kubeconfig in agent.kubeconfig or $KUBECONFIG, put one at ~/.kube/config, or run "
            + "the agent in a pod with a service account.");
    }

    /// <summary>The kubeconfig that is named; otherwise those of $KUBECONFIG that exist, otherwise the one at home.</summary>
    private static List<string> FilesOf(string kubeconfig)
    {
        if (kubeconfig.Length > 0)
            return [kubeconfig];
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named)
        {
            var all = named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return all.Where(File.Exists).ToList() is { Count: > 0 } present ? present
                : throw new ConfigurationException($"KUBECONFIG names {named}, which does not exist.");
        }

        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return File.Exists(home) ? [home] : [];
    }

    /// <summary>Of a program that gives a token, the library tells the whole stack.</summary>
    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();

    /// <summary>
    /// The library knows no <c>tokenFile</c>, where tokens lie that are replaced while programs run, and no <c>proxy-url</c>.
    /// </summary>
    private static KubeConnection Connect(List<string> paths, string proxy)
    {
        var context = Texts(paths, "current-context").FirstOrDefault();
        if (proxy.Length == 0)
        {
            var cluster = Entry(paths, "contexts", context, "context", "cluster")?.Value;
            proxy = Entry(paths, "clusters", cluster, "cluster", "proxy-url")?.Value ?? "";
        }

        return new(Read(paths, Entry(paths, "contexts", context, "context", "user")?.Value),
            ProxyChoice.Of(proxy, "agent.cluster_proxy or proxy-url of the kubeconfig"));
    }

    private static KubernetesClientConfiguration Read(List<string> paths, string? name)
    {
        // Several files, which $KUBECONFIG names, the library merges by itself.
        if (paths is not [var path])
            return KubernetesClientConfiguration.BuildDefaultConfig();
        var file = KubernetesClientConfiguration.LoadKubeConfig(path);
        if (file.Users?.FirstOrDefault(u => u.Name == name) is not { } user
            || Entry(paths, "users", name, "user", "tokenFile")?.Value is not { } tokenFile)
            return KubernetesClientConfiguration.BuildConfigFromConfigObject(file);
        // It insists on a token; the provider comes before it.
        (user.UserCredentials ??= new()).Token = "in tokenFile";
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(file);
        configuration.TokenProvider = new TokenFileAuth(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, tokenFile));
        return configuration;
    }

    /// <summary>A text at the root of the files, where they have it.</summary>
    private static IEnumerable<string> Texts(List<string> paths, string key) =>
        paths.Select(path => (Value(RootOf(path), key) as YamlScalarNode)?.Value).OfType<string>().Where(text => text.Length > 0);

    private static YamlNode? RootOf(string path)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(path);
        yaml.Load(text);
        return yaml.Documents.FirstOrDefault()?.RootNode;
    }

    /// <summary>A text of the entry of that name, and the file that has it.</summary>
    private static (string Path, string Value)? Entry(List<string> paths, string list, string? name, string part, string key)
    {
        foreach (var path in paths)
        {
            var value = Sequence(RootOf(path), list).Where(e => $"{Value(e, "name")}" == name)
                .Select(e => (Value(Value(e, part), key) as YamlScalarNode)?.Value).FirstOrDefault(v => !string.IsNullOrEmpty(v));
            if (value is not null)
                return (path, value);
        }

        return null;
    }

    private static IEnumerable<YamlNode> Sequence(YamlNode? node, string key) => Value(node, key) as YamlSequenceNode ?? [];

    private static YamlNode? Value(YamlNode? node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(key, out var value) ? value : null;
}
