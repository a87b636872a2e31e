using System.Text;
using Brokkr.Contracts;

namespace Brokkr.Broker.Ui.Clusters;

/// <summary>Where agents reach the broker, as in <c>https://broker.example.com:8443</c>; empty where the settings do not say.</summary>
internal sealed record AgentAddress(string Url);

/// <summary>How to bring an agent into its cluster: by Helm, or by a manifest alone.</summary>
/// <param name="Pak">The agent's key.</param>
/// <param name="Helm">Commands for a shell.</param>
/// <param name="Manifest">What <c>kubectl apply -f -</c> takes.</param>
/// <param name="IsUrlKnown">Whether the settings say where agents reach the broker.</param>
public sealed record Installation(string Pak, string Helm, string Manifest, bool IsUrlKnown)
{
    /// <summary>What stands for the address where the settings do not say it.</summary>
    public const string UnknownUrl = "https://broker.example.com:8443";

    /// <summary>Pure but for the rights, which the program carries.</summary>
    /// <param name="agentId">The agent, a UUID.</param>
    /// <param name="mode"><c>apply</c> or <c>observe</c>.</param>
    /// <param name="pak">Its key.</param>
    /// <param name="url">Where agents reach the broker; empty where that is not known.</param>
    public static Installation Of(string agentId, string mode, string pak, string url)
    {
        var address = url.Length > 0 ? url : UnknownUrl;
        return new(pak, HelmOf(agentId, mode, pak, address), ManifestOf(agentId, mode, pak, address), url.Length > 0);
    }

    private static string HelmOf(string agentId, string mode, string pak, string url) => $"""
        kubectl create namespace brokkr
        kubectl --namespace brokkr create secret generic brokkr-agent-pak --from-literal=pak={pak}
        helm --namespace brokkr install brokkr-agent charts/brokkr-agent \
          --set broker.url={url} --set agentId={agentId} --set mode={mode} \
          --set pak.secretName=brokkr-agent-pak

        """;

    private static string ManifestOf(string agentId, string mode, string pak, string url)
    {
        string[] parts =
        [
            $$$"""
            apiVersion: v1
            kind: Namespace
            metadata: {name: brokkr}

            """,
            $$$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: brokkr-agent-pak, namespace: brokkr}
            stringData: {pak: "{{{pak}}}"}

            """,
            Rights("observe"), .. mode == "apply" ? [Rights("apply")] : (string[])[],
            $$$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: brokkr-agent, namespace: brokkr}
            data:
              brokkr.toml: |
                [agent]
                broker_url = "{{{url}}}"
                agent_id = "{{{agentId}}}"
                pak_file = "/etc/brokkr/pak/pak"
                health_port = 9091

                [agent.deployment]
                mode = "{{{mode}}}"

            """,
            $$$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: brokkr-agent, namespace: brokkr}
            spec:
              replicas: 1
              strategy: {type: Recreate}
              selector: {matchLabels: {app.kubernetes.io/name: brokkr-agent}}
              template:
                metadata: {labels: {app.kubernetes.io/name: brokkr-agent}}
                spec:
                  serviceAccountName: brokkr-agent
                  enableServiceLinks: false
                  securityContext:
                    {runAsNonRoot: true, runAsUser: 1654, runAsGroup: 1654, fsGroup: 1654, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: agent
                      image: brokkr-agent:{{{ProgramVersion.Current.Split('+')[0]}}}
                      env: [{name: BROKKR_CONFIG, value: /etc/brokkr/config/brokkr.toml}]
                      resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 512Mi}}
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
                      livenessProbe: {httpGet: {path: /healthz, port: 9091}, periodSeconds: 20, timeoutSeconds: 5}
                      readinessProbe: {httpGet: {path: /readyz, port: 9091}, periodSeconds: 10, timeoutSeconds: 5}
                      volumeMounts:
                        - {name: config, mountPath: /etc/brokkr/config, readOnly: true}
                        - {name: pak, mountPath: /etc/brokkr/pak, readOnly: true}
                        - {name: tmp, mountPath: /tmp}
                  volumes:
                    - {name: config, configMap: {name: brokkr-agent}}
                    - {name: pak, secret: {secretName: brokkr-agent-pak, defaultMode: 0440}}
                    - {name: tmp, emptyDir: {sizeLimit: 64Mi}}

            """,
        ];
        return string.Join("---\n", parts);
    }

    private static string Rights(string mode)
    {
        using var file = typeof(Installation).Assembly.GetManifestResourceStream($"rbac/{mode}.yaml")!;
        using var text = new StreamReader(file, Encoding.UTF8);
        return text.ReadToEnd();
    }
}
