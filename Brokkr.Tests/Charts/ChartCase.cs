namespace Brokkr.Tests.Charts;

/// <summary>A chart and what it is installed with.</summary>
/// <param name="Values">YAML, as in a file given with <c>--values</c>.</param>
public sealed record ChartCase(string Chart, string Name, string Values, string Release = "edge", string Namespace = "brokkr")
{
    public const string AgentChart = "brokkr-agent";
    public const string BrokerChart = "brokkr-broker";

    /// <summary>What the agent's chart cannot do without.</summary>
    public const string AgentNeeds = """
        broker: {url: "https://broker.example.com:8443"}
        agentId: 6f8f5a4e-2f0e-4a57-9d3a-0c6f3b1f7e11
        pak: {secretName: edge-pak}

        """;

    /// <summary>What the broker's chart cannot do without.</summary>
    public const string BrokerNeeds = """
        database: {secretName: brokkr-database}
        tls: {secretName: brokkr-tls}

        """;

    private const string Longest = "a-release-whose-name-is-as-long-as-a-label-may-be-which-is-63-c";

    /// <summary>Cases whose whole text is kept beside the tests.</summary>
    public static IReadOnlyList<ChartCase> Kept { get; } =
    [
        new(AgentChart, "minimal", AgentNeeds),
        new(AgentChart, "observe-cluster", AgentNeeds
        + "mode: observe\nrbac: {extraRules: [{apiGroups: [example.com], resources: [widgets], verbs: [list, watch]}]}\n"),
        new(AgentChart, "apply-namespaces", AgentNeeds
        + "mode: apply\nnamespaces: [prod, \"123\"]\nrbac: {extraRules: [{apiGroups: [\"\"], resources: [secrets], verbs: [get, create, patch, delete]}]}\n"),
        new(AgentChart, "everything", """
            fullnameOverride: "0815"
            broker: {url: "https://broker.example.com", ca: {configMapName: company-ca, key: root.pem}, clientCertificateSecretName: edge-client}
            agentId: 00000000-0000-0000-0000-000000000001
            pak: {secretName: edge-pak, secretKey: token}
            mode: observe
            namespaces: [prod]
            health: {enabled: false, checkIntervalSeconds: 3600}
            diagnostics: {enabled: false, logTailLines: 1000, eventLookbackMinutes: 1440}
            customRules: "# 'Rules' with \"quotes\", {{ braces }}, <tags> & a \\\\ backslash\nkinds: {}\n"
            image: {repository: "registry.example.com:5000/brokkr/agent", digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
             pullPolicy: Always}
            imagePullSecrets: [{name: registry}]
            serviceAccount: {name: watcher, annotations: {note: "1e6"}}
            networkPolicy: {enabled: true, brokerTo: [{ipBlock: {cidr: 203.0.113.0/24}}], apiServerTo: [{ipBlock: {cidr: 10.0.0.1/32}}], apiServerPorts: [6443]}
            podMonitor: {enabled: true, interval: 1m, labels: {release: prometheus}}
            podAnnotations: {number: "007", colon: "a: b # c"}
            podLabels: {team: "true"}
            nodeSelector: {kubernetes.io/arch: arm64}
            tolerations: [{operator: Exists}]
            affinity: {nodeAffinity: {}}
            priorityClassName: high
            extraEnv: [{name: BROKKR__AGENT__POLL_INTERVAL, value: "30"}]
            extraVolumes: [{name: more, emptyDir: {}}]
            extraVolumeMounts: [{name: more, mountPath: /more}]
            """),
        new(AgentChart, "apply-cluster", AgentNeeds + "mode: apply\nrbac: {aggregate: false, bindView: true}\n"),
        new(BrokerChart, "minimal", BrokerNeeds),
        new(BrokerChart, "cleartext-behind-proxies", """
            database: {secretName: brokkr-database}
            bootstrap: {secretName: brokkr-admin}
            allowCleartext: true
            trustedProxies: [10.0.0.0/8, "2001:db8::7"]
            corsOrigins: ["https://console.example.com"]
            ingress:
              enabled: true
              className: nginx
              rest: {host: brokkr.example.com, tlsSecretName: rest-tls}
              grpc: {host: grpc.brokkr.example.com, tlsSecretName: grpc-tls, annotations: {nginx.ingress.kubernetes.io/backend-protocol: GRPC}}
            gateway: {enabled: true, parentRefs: [{name: public, namespace: gateways}], rest: {hostnames: [rest.example.com]},
             grpc: {hostnames: [grpc.example.com]}}
            """),
        new(BrokerChart, "everything", """
            nameOverride: fleet
            database: {secretName: "pg", secretKey: uri, readSecretKey: standby-uri, readLagSeconds: 30}
            bootstrap: {secretName: brokkr-admin, secretKey: key}
            tls:
              certManager: {enabled: true, issuerRef: {name: company, kind: ClusterIssuer}, dnsNames: [broker.example.com]}
              clientCa: {secretName: agents-ca}
            auditDays: 365
            publicUrl: https://brokkr.example.com
            alerts:
              historyDays: 30
              secretsKey: {secretName: brokkr-secrets-key, secretKey: key}
              allowedNetworks: [10.0.0.0/8]
              proxy: {url: "http://proxy.example.com:3128", hosts: [hooks.slack.com]}
              receiversSecretName: brokkr-receivers
              receivers:
                - {name: on-call, kind: slack, urlKey: slack-url}
                - {name: ops, kind: email, secretKey: mail-password, mailHost: mail.example.com, mailPort: 465, mailUsername: brokkr,
                   mailFrom: brokkr@example.com, mailTo: [ops@example.com, "night <\"&'>@example.com"]}
              rules:
                - {name: shop, stacks: [shop], statuses: [failing, silent], receivers: [on-call], groupBy: agent, holdFailingSeconds: 60, repeatMinutes: 0}
                - {name: everything, enabled: false}
            fleet: {revisionsKept: 50}
            health: {staleAfterSeconds: 600, historyDays: 90, stackMetrics: 50}
            diagnostics: {retentionMinutes: 30, cleanupIntervalMinutes: 5}
            telemetry: {logFormat: text, otlpEndpoint: "http://collector:4317"}
            image: {repository: "registry.example.com/brokkr/broker", tag: "1.10"}
            imagePullSecrets: [{name: registry}]
            service: {type: LoadBalancer, httpsPort: 443, annotations: {example.com/internal: "true"}}
            ingress: {enabled: true, rest: {host: brokkr.example.com}}
            autoscaling: {enabled: true, minReplicas: 3, maxReplicas: 9, targetCpuPercent: 50}
            podDisruptionBudget: {maxUnavailable: 25%}
            serviceMonitor: {enabled: true, labels: {release: prometheus}}
            networkPolicy:
              enabled: true
              callersFrom: [{namespaceSelector: {}}]
              scrapersFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}]
              databaseTo: [{ipBlock: {cidr: 10.1.0.0/16}}]
              databasePorts: [5432, 6432]
              extraEgress: [{ports: [{port: 4317}]}]
            serviceAccount: {create: false, name: broker}
            topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule,
             labelSelector: {matchLabels: {app.kubernetes.io/instance: edge}}}]
            extraEnv: [{name: BROKKR__BROKER__LIMITS__PAK_BURST, value: "2000"}]
            """),
    ];

    /// <summary>Cases of which the tests look at what must always hold.</summary>
    public static IReadOnlyList<ChartCase> All { get; } =
    [
        .. Kept,
        new(AgentChart, "observe-namespaces", AgentNeeds + "mode: observe\nnamespaces: [prod, staging]\n"),
        new(AgentChart, "no namespaces", AgentNeeds + "namespaces: []\n"),
        new(AgentChart, "longest name", AgentNeeds + "networkPolicy: {enabled: true}\npodMonitor: {enabled: true}\n", Longest, Longest),
        new(AgentChart, "dotted name that begins with a digit", AgentNeeds, "1.2.edge"),
        new(AgentChart, "name like a number", AgentNeeds, "1e6", "007"),
        new(AgentChart, "overlong override", AgentNeeds + $"fullnameOverride: {Longest}{Longest}\n"),
        new(AgentChart, "labels of the chart's own", AgentNeeds
        + "podLabels: {app.kubernetes.io/name: other}\npodMonitor: {enabled: true, labels: {app.kubernetes.io/name: other}}\n"),
        new(AgentChart, "without rights", AgentNeeds + "rbac: {create: false}\nserviceAccount: {create: false}\n"),
        new(AgentChart, "without TLS", AgentNeeds.Replace("https://broker.example.com:8443", "http://[2001:db8::7]:8081", StringComparison.Ordinal)
        + "networkPolicy: {enabled: true}\n"),
        new(AgentChart, "CA in a secret", AgentNeeds.Replace("8443\"", "8443\", ca: {secretName: ca}", StringComparison.Ordinal)),
        new(AgentChart, "nulls", AgentNeeds + string.Join('\n', """
            mode namespaces health diagnostics customRules image imagePullSecrets serviceAccount networkPolicy podMonitor
            podAnnotations podLabels nodeSelector tolerations affinity priorityClassName extraEnv extraVolumes extraVolumeMounts nameOverride fullnameOverride
            """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(k => $"{k}: null"))),
        new(AgentChart, "no checks at all", AgentNeeds
        + "health: {enabled: null, checkIntervalSeconds: null}\ndiagnostics: {enabled: null, logTailLines: null, eventLookbackMinutes: null}\n"),
        new(BrokerChart, "longest name", """
            database: {secretName: brokkr-database}
            tls: {certManager: {enabled: true, issuerRef: {name: ca}}}
            serviceMonitor: {enabled: true}
            networkPolicy: {enabled: true}
            ingress: {enabled: true, rest: {host: a.example.com}, grpc: {host: b.example.com}}
            """, Longest, Longest),
        new(BrokerChart, "dotted name that begins with a digit", BrokerNeeds, "1.2.broker"),
        new(BrokerChart, "none at all", BrokerNeeds + "replicas: 0\npodDisruptionBudget: {maxUnavailable: 0}\n"),
        new(BrokerChart, "both ways in", BrokerNeeds
        + "allowCleartext: true\nserviceMonitor: {enabled: true}\nservice: {httpPort: 80, grpcPort: 81, httpsPort: 443}\nnetworkPolicy: {enabled: true}\n"),
        new(BrokerChart, "nulls", "database: {secretName: db, secretKey: null}\nallowCleartext: true\n" + string.Join('\n', """
            replicas bootstrap tls trustedProxies corsOrigins auditDays publicUrl alerts fleet health
            diagnostics telemetry image imagePullSecrets service ingress gateway autoscaling
            podDisruptionBudget serviceMonitor networkPolicy serviceAccount podAnnotations podLabels nodeSelector tolerations affinity topologySpreadConstraints
            priorityClassName extraEnv extraVolumes extraVolumeMounts nameOverride fullnameOverride
            """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(k => $"{k}: null"))),
    ];

    public static TheoryData<string, string> Names(IEnumerable<ChartCase> cases)
    {
        var names = new TheoryData<string, string>();
        foreach (var given in cases)
            names.Add(given.Chart, given.Name);
        return names;
    }

    public static ChartCase Find(string chart, string name) => All.Single(c => c.Chart == chart && c.Name == name);

    public override string ToString() => $"{Chart} ({Name})";
}
