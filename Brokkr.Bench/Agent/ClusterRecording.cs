using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Control;

namespace Brokkr.Bench.Agent;

/// <summary>
/// Makes a recording of a large cluster out of one Deployment of the packaged one, with its ReplicaSet, a pod, an event and the node:
/// Deployments <c>app-0</c>, <c>app-1</c>, … in the namespace <c>bench</c>, ten healthy pods each. Everything a real API server sends is in
/// them.
/// </summary>
internal sealed class ClusterRecording
{
    public const int PodsPerDeployment = 10;
    public const string Namespace = "bench";

    /// <summary>The share of pods that something was said about lately.</summary>
    private const int PodsPerEvent = 5;

    private const string Sample = "web";

    private readonly JsonObject _deployment = Find("deployments", Sample);
    private readonly JsonObject _replicaSet = Find("replicasets", $"{Sample}-");
    private readonly JsonObject _pod = Find("pods", $"{Sample}-");
    private readonly JsonObject _event = Find("events.core", $"{Sample}-");

    /// <summary>Writes the objects of so many deployments into a directory that the stand-in API server can serve.</summary>
    public void Write(string directory, int deployments)
    {
        var objects = Path.Combine(directory, "objects");
        Directory.CreateDirectory(objects);
        File.Copy(Path.Combine(Objects, "nodes.json"), Path.Combine(objects, "nodes.json"));
        var all = Enumerable.Range(0, deployments).ToList();
        var pods = all.SelectMany(d => Enumerable.Range(0, PodsPerDeployment).Select(p => (Deployment: d, Pod: p))).ToList();
        WriteList(objects, "deployments", "apps/v1", "DeploymentList", all.Select(Deployment));
        WriteList(objects, "replicasets", "apps/v1", "ReplicaSetList", all.Select(ReplicaSet));
        WriteList(objects, "pods", "v1", "PodList", pods.Select(p => Pod(p.Deployment, p.Pod)));
        WriteList(objects, "events.core", "v1", "EventList",
            pods.Where((_, i) => i % PodsPerEvent == 0).Select(p => Event(p.Deployment, p.Pod)));
    }

    public static string PodName(int deployment, int pod) => $"{ReplicaSetName(deployment)}-{pod:x5}";

    /// <summary>The status of a pod that is ready, or has just ceased to be.</summary>
    public JsonObject PodStatus(bool isReady, DateTimeOffset since)
    {
        var status = _pod["status"]!.DeepClone().AsObject();
        foreach (var condition in status["conditions"]!.AsArray()
            .Where(c => c!["type"]!.GetValue<string>() is "Ready" or "ContainersReady"))
        {
            condition!["status"] = isReady ? "True" : "False";
            condition["lastTransitionTime"] = since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }

        status["containerStatuses"]![0]!["ready"] = isReady;
        return status;
    }

    private static string Objects => Path.Combine(DemoClusterOptions.PackagedRecording, "objects");

    private static string DeploymentName(int deployment) => $"app-{deployment}";

    private static string ReplicaSetName(int deployment) => $"app-{deployment}-659dbfd8fc";

    public JsonObject Deployment(int deployment)
    {
        var made = Named(_deployment, DeploymentName(deployment), Uid('d', deployment));
        made["spec"]!["replicas"] = PodsPerDeployment;
        Count(made, "replicas", "updatedReplicas", "readyReplicas", "availableReplicas");
        return made;
    }

    public JsonObject ReplicaSet(int deployment)
    {
        var made = Named(_replicaSet, ReplicaSetName(deployment), Uid('e', deployment));
        Own(made, DeploymentName(deployment), Uid('d', deployment));
        made["spec"]!["replicas"] = PodsPerDeployment;
        Count(made, "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
        return made;
    }

    public JsonObject Pod(int deployment, int pod)
    {
        var made = Named(_pod, PodName(deployment, pod), PodUid(deployment, pod));
        Own(made, ReplicaSetName(deployment), Uid('e', deployment));
        return made;
    }

    /// <summary>
    /// One of many events, each about another pod; every second one about a pod of no deployment here. It says what a kubelet says of a
    /// container that crashes again and again.
    /// </summary>
    public JsonObject Warning(int number, int deployments, DateTimeOffset now)
    {
        var (deployment, pod) = (number / 2 % deployments, number / 2 / deployments % PodsPerDeployment);
        var made = Event(number % 2 == 0 ? deployment : deployment + deployments, pod);
        var name = made["involvedObject"]!["name"]!.GetValue<string>();
        (made["metadata"]!["name"], made["metadata"]!["uid"]) = ($"{name}.{number:x16}", Uid('b', number));
        made["metadata"]!.AsObject().Remove("resourceVersion");
        (made["type"], made["reason"]) = ("Warning", "BackOff");
        made["message"] = $"Back-off restarting failed container app in pod {name}_{Namespace}({made["involvedObject"]!["uid"]})";
        made["eventTime"] = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        return made;
    }

    private JsonObject Event(int deployment, int pod)
    {
        var made = Named(_event, $"{PodName(deployment, pod)}.17e5", Uid('c', (deployment * PodsPerDeployment) + pod));
        made["involvedObject"]!["namespace"] = Namespace;
        made["involvedObject"]!["name"] = PodName(deployment, pod);
        made["involvedObject"]!["uid"] = PodUid(deployment, pod);
        return made;
    }

    private static JsonObject Named(JsonObject sample, string name, string uid)
    {
        var made = sample.DeepClone().AsObject();
        var metadata = made["metadata"]!;
        (metadata["name"], metadata["namespace"], metadata["uid"]) = (name, Namespace, uid);
        return made;
    }

    private static void Own(JsonObject made, string owner, string uid)
    {
        var reference = made["metadata"]!["ownerReferences"]![0]!;
        (reference["name"], reference["uid"]) = (owner, uid);
    }

    private static void Count(JsonObject made, params string[] fields)
    {
        foreach (var field in fields)
            made["status"]![field] = PodsPerDeployment;
    }

    private static string PodUid(int deployment, int pod) => Uid('a', (deployment * PodsPerDeployment) + pod);

    private static string Uid(char kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}0000000-0000-4000-8000-{number:x12}");

    private static JsonObject Find(string file, string name)
    {
        var list = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Objects, $"{file}.json")))!;
        return list["items"]!.AsArray().Select(i => i!.AsObject())
            .First(i => i["metadata"]!["name"]!.GetValue<string>().StartsWith(name, StringComparison.Ordinal));
    }

    /// <summary>One object after another: all at once would not fit well.</summary>
    private static void WriteList(string directory, string plural, string apiVersion, string kind, IEnumerable<JsonObject> items)
    {
        using var file = new StreamWriter(Path.Combine(directory, $"{plural}.json"), append: false,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        file.Write($$"""{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","metadata":{"resourceVersion":"50580"},"items":[""");
        var isFirst = true;
        foreach (var item in items)
        {
            file.Write(isFirst ? "" : ",");
            file.Write(item.ToJsonString(JsonSerializerOptions.Default));
            isFirst = false;
        }

        file.Write("]}");
    }
}
