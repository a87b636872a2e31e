using System.Net;
using Brokkr.Agent.Deployment;
using Brokkr.Agent.Diagnostics;
using Brokkr.Agent.Health;
using Brokkr.Contracts.Manifests;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent;

/// <summary>What the cluster says is redacted line by line before lines are joined or cut, on every way out.</summary>
public class HostileSentenceTests
{
    private const string Key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDPlanted0000000";

    /// <summary>The end of a key, as the kubelet cuts the log of a container that printed one.</summary>
    private static readonly string TailOfKey = $"{Key}\n{Key}\n{Key}\n-----END PRIVATE KEY-----\nconnecting with --pass hunter2-planted\n";

    [Fact]
    public void In_a_termination_message()
    {
        var end = Ended(1, 0, 1);
        end.Terminated!.Message = TailOfKey;
        var report = JudgeFirst(2, APodWith(Waiting("CrashLoopBackOff"), end, restarts: 3)).ToWire(At(2));

        report.Summary.Findings.Should().NotBeEmpty();
        report.ToString().Should().NotContain("Planted").And.NotContain("hunter2");
    }

    [Fact]
    public void In_a_condition()
    {
        var deployment = ADeployment();
        deployment.Status.Conditions = [ACondition("ReplicaFailure", message: TailOfKey), ACondition("Progressing", "False", "Odd", message: TailOfKey)];

        JudgeFirst(700, deployment).ToWire(At(700)).ToString().Should().NotContain("Planted").And.NotContain("hunter2");
    }

    [Fact]
    public void In_an_event()
    {
        var pod = APod(ready: false);
        var health = Build.Evaluate(ATarget(pod), new([pod], [AnEvent(pod, "Unhealthy", $"Readiness probe failed: {TailOfKey}", at: 5)]), At(30));

        health.ToWire(At(30)).ToString().Should().NotContain("Planted").And.NotContain("hunter2");
    }

    [Fact]
    public void In_a_refusal_of_a_read() =>
        OnDemandReads.Outcome("logs", "failed", TailOfKey).Message.Should().NotContain("Planted").And.NotContain("hunter2");

    [Fact]
    public void In_a_refusal_of_a_manifest()
    {
        var manifest = ManifestReader.Read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n").Single();
        var dump = string.Concat(Enumerable.Repeat("\"label\":\"value\",", 200));

        var said = $"Deployment.apps \"web\" is invalid: spec.selector: Invalid value: {{{dump}}}: field is immutable, spec.b: not --pass hunter2-planted";

        var text = new WriteAnswer(HttpStatusCode.UnprocessableEntity, said, [], null).TextFor(manifest);

        text.Should().Contain("spec.selector").And.Contain("field is immutable").And.NotContain("Planted").And.NotContain("hunter2");
        text.Length.Should().BeLessThanOrEqualTo(Brokkr.Contracts.Limits.MessageLength);
    }
}
