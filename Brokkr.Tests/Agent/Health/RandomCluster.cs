using Brokkr.Agent.Cluster.Objects;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health;

/// <summary>Clusters of a few objects in whatever state.</summary>
internal static class RandomCluster
{
    private static readonly string[] WaitingReasons =
        ["ContainerCreating", "PodInitializing", "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "CreateContainerError"];
    private static readonly string[] EventReasons =
        ["FailedMount", "Unhealthy", "FailedCreate", "SuccessfulCreate", "Pulled", "Failed", "WaitForFirstConsumer"];
    private static readonly string[] Phases = ["Bound", "Pending", "Lost", "Failed", "Running", "Paused"];

    /// <summary>What the manifests name, everything that exists, and the events.</summary>
    public static (KubeObject[] Named, KubeObject[] Objects, KubeEvent[] Events) Create(Random random)
    {
        var (named, objects) = (new List<KubeObject>(), new List<KubeObject>());
        for (var i = 0; i < 1 + random.Next(4); i++)
        {
            var deployment = ADeployment($"d{i}", random.Next(4), random.Next(4), $"d{i}");
            deployment.Status.ObservedGeneration = random.Next(3);
            deployment.Spec.Paused = random.Next(4) == 0;
            named.Add(deployment);
            objects.Add(AReplicaSet($"rs{i}", $"rs{i}", $"d{i}", random.Next(4)));
            objects.AddRange(Enumerable.Range(0, random.Next(4)).Select(n => APod(random, $"p{i}-{n}", $"rs{i}")));
        }

        named.Add(AnObject("v1", "PersistentVolumeClaim", $",\"status\":{{\"phase\":\"{Pick(random, Phases)}\"}}", "claim"));
        named.Add(AnObject("example.com/v1", "Widget", $",\"status\":{{\"phase\":\"{Pick(random, Phases)}\"}}", "widget"));
        named.Add(AJob(conditions: random.Next(2) == 0 ? [ACondition("Failed")] : []));
        objects.AddRange(named);
        // Now and then one of the named objects does not exist.
        if (random.Next(3) == 0)
            objects.Remove(named[random.Next(named.Count)]);
        var events = Enumerable.Range(0, random.Next(12)).Select(n =>
            AnEvent(objects[random.Next(objects.Count)], Pick(random, EventReasons), $"text {n % 3}", at: random.Next(5), first: 0));
        return ([.. named], [.. objects], [.. events]);
    }

    private static Pod APod(Random random, string name, string owner)
    {
        var state = random.Next(3) switch
        {
            0 => Waiting(Pick(random, WaitingReasons)),
            1 => Running(random.Next(40)),
            _ => Ended(random.Next(3), 1, 2 + random.Next(30), random.Next(4) == 0 ? "OOMKilled" : "Error"),
        };
        var pod =
            APodWith(state, Ended(1, 0, random.Next(9)), random.Next(4), random.Next(2) == 0, Pick(random, "Pending", "Running", "Failed", "Unknown"), owner);
        (pod.Metadata.Name, pod.Metadata.Uid) = (name, $"uid-{name}");
        pod.Spec.Volumes = random.Next(3) == 0 ? [new() { PersistentVolumeClaim = new() { ClaimName = "claim" } }] : [];
        pod.Metadata.DeletionTimestamp = random.Next(6) == 0 ? At(random.Next(42)) : null;
        return pod;
    }

    private static string Pick(Random random, params string[] words) => words[random.Next(words.Length)];
}
