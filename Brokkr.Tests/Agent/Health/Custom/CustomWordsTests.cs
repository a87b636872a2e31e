using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Custom;

/// <summary>What the words mean that controllers have in common, and where they are looked for. Minutes count from creation.</summary>
public class CustomWordsTests
{
    [Theory]
    [InlineData("accepted by nobody", "Accepted=False/InvalidKind", nameof(RowStatus.Degraded))]
    [InlineData("a part that is not available yet", "WebAvailable=False/Creating", nameof(RowStatus.Progressing))]
    [InlineData("a negated word is none of these", "NotReady=False/AllFine", nameof(RowStatus.Healthy))]
    [InlineData("a negative condition", "Unhealthy=True/ProbeSays", nameof(RowStatus.Degraded))]
    [InlineData("a negative condition that is false by an error", "Unavailable=False/NoErrorsMissing", nameof(RowStatus.Healthy))]
    [InlineData("True for the reason of a failure", "Finished=True/JobFailed", nameof(RowStatus.Degraded))]
    [InlineData("a reason that waits before one that errs", "Ready=False/DependencyNotReady", nameof(RowStatus.Progressing))]
    [InlineData("a failure type that only waits", "NotReady=True/Creating", nameof(RowStatus.Progressing))]
    [InlineData("stopped on purpose", "Ready=False/Stopped", nameof(RowStatus.Suspended))]
    [InlineData("stopped by something", "Ready=False/LeaseUpdateStopped", nameof(RowStatus.Degraded))]
    [InlineData("a type that means paused", "Paused=True Ready=False/ConnectError", nameof(RowStatus.Suspended))]
    [InlineData("ready hides what is not false by an error", "Ready=True Unhealthy=True", nameof(RowStatus.Healthy))]
    [InlineData("ready does not hide what is", "Ready=True Sent=False/EndpointUnreachable", nameof(RowStatus.Degraded))]
    public void Conditions_mean_what_their_words_say(string because, string conditions, string row) =>
        JudgeFirst(6, AWidget(Status([.. conditions.Split(' ').Select(Parse)]))).Resources[0].Status.ToString().Should().Be(row, because);

    [Theory]
    [InlineData("\"robustness\":\"faulted\"", nameof(RowStatus.Degraded))]
    [InlineData("\"jobState\":\"IN_PROGRESS\"", nameof(RowStatus.Progressing))]
    [InlineData("\"podStatus\":\"TIMED-OUT\"", nameof(RowStatus.Degraded))]
    [InlineData("\"lastState\":\"Failed\",\"desiredState\":\"Stopped\",\"previousStatus\":\"Error\"", nameof(RowStatus.Healthy))]
    [InlineData("\"history\":{\"state\":\"Failed\"}", nameof(RowStatus.Healthy))]
    [InlineData("\"workState\":\"Running\",\"phase\":\"Failed\"", nameof(RowStatus.Degraded))]
    [InlineData("\"readyReplicas\":1", nameof(RowStatus.Progressing))]
    [InlineData("\"readyReplicas\":2", nameof(RowStatus.Healthy))]
    [InlineData("\"replicas\":2", nameof(RowStatus.Progressing))]
    [InlineData("\"ready\":false", nameof(RowStatus.Progressing))]
    public void Words_and_counters_of_now_are_read_below_the_status(string status, string row) =>
        JudgeFirst(6, AWidget($",\"spec\":{{\"replicas\":2}},\"status\":{{{status}}}")).Resources[0].Status.ToString().Should().Be(row);

    [Fact]
    public void A_status_that_no_rule_reads_is_said_to_be_one()
    {
        JudgeFirst(6, AWidget(",\"status\":{\"shape\":{\"corners\":3}}")).Resources[0].Message.Should().Be("It exists; no rule reads its status.");
        JudgeFirst(1, AWidget(",\"status\":{}")).Resources[0].Status.Should().Be(RowStatus.Progressing);
    }

    [Theory]
    [InlineData("\"ancestors\":[{\"conditions\":[{\"type\":\"Accepted\",\"status\":\"False\",\"reason\":\"Invalid\"}]}]", nameof(RowStatus.Degraded))]
    [InlineData("\"bindings\":[{\"conditions\":[{\"type\":\"Accepted\",\"status\":\"True\"}]},"
        + "{\"conditions\":[{\"type\":\"Accepted\",\"status\":\"False\"}]}]", nameof(RowStatus.Progressing))]
    [InlineData("\"parent\":[{\"conditions\":[{\"type\":\"ResolvedRefs\",\"status\":\"False\",\"reason\":\"InvalidExtensionRef\"}]}]",
        nameof(RowStatus.Degraded))]
    [InlineData("\"conditionStatus\":{\"conditions\":[{\"type\":\"Configured\",\"status\":\"False\",\"reason\":\"Failed\"}]}", nameof(RowStatus.Degraded))]
    [InlineData("\"byPod\":[{\"id\":\"a\"},{\"id\":\"b\",\"errors\":[{\"code\":\"ingest\",\"message\":\"no such target\"}]}]", nameof(RowStatus.Degraded))]
    [InlineData("\"byPod\":[{\"id\":\"a\"},{\"id\":\"b\",\"errors\":[]}]", nameof(RowStatus.Healthy))]
    [InlineData("\"ancestors\":[{\"conditions\":[]}]", nameof(RowStatus.Progressing))]
    public void Conditions_and_errors_are_read_in_every_entry(string status, string row) =>
        JudgeFirst(1, AWidget($",\"status\":{{{status}}}")).Resources[0].Status.ToString().Should().Be(row);

    [Theory]
    [InlineData("the parent that is named", "a", "\"a\"", "False", "Invalid", nameof(RowStatus.Degraded))]
    [InlineData("a parent that is not named any more", "a", "\"gone\"", "False", "Invalid", nameof(RowStatus.Healthy))]
    [InlineData("a controller that does not know the parent", "a", "\"a\"", "False", "ParentNotFound", nameof(RowStatus.Healthy))]
    public void Of_parents_only_those_count_that_are_meant(string because, string named, string parent, string status, string reason, string row)
    {
        var entries = "{\"parentRef\":{\"name\":\"a\"},\"controllerName\":\"x/y\",\"conditions\":[{\"type\":\"Accepted\",\"status\":\"True\"}]},"
            + $"{{\"parentRef\":{{\"name\":{parent}}},\"conditions\":[{{\"type\":\"Accepted\",\"status\":\"{status}\",\"reason\":\"{reason}\"}}]}}";
        var route = AWidget($",\"spec\":{{\"parentRefs\":[{{\"name\":\"{named}\"}}]}},\"status\":{{\"parents\":[{entries}]}}");

        JudgeFirst(6, route).Resources[0].Status.ToString().Should().Be(row, because);
    }

    [Fact]
    public void A_generation_that_is_ahead_of_the_object_is_no_lag()
    {
        var widget = AWidget(",\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"observedGeneration\":3}]}");
        widget.Metadata.Generation = 2;

        JudgeFirst(60, widget).Resources[0].Status.Should().Be(RowStatus.Healthy);
    }

    [Fact]
    public void A_condition_without_a_transition_counts_from_its_last_update()
    {
        var widget = AWidget(",\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\","
            + $"\"lastUpdateTime\":\"{At(30):O}\"}}]}}");

        JudgeFirst(44, widget).Resources[0].Status.Should().Be(RowStatus.Progressing);
        JudgeFirst(45, widget).Resources[0].Status.Should().Be(RowStatus.Degraded);
    }

    [Theory]
    [InlineData("rds.aws.upbound.io/v1", "Instance", 59, nameof(OverallStatus.Healthy))]
    [InlineData("rds.aws.upbound.io/v1", "Instance", 60, nameof(OverallStatus.Degraded))]
    [InlineData("example.com/v1", "Widget", 15, nameof(OverallStatus.Degraded))]
    public void What_a_cloud_makes_has_an_hour(string apiVersion, string kind, double minutes, string overall)
    {
        JudgeFirst(minutes, AnObject(apiVersion, kind, Status(C("Ready", "False", "Creating")))).Status.ToString().Should().Be(overall);
        JudgeFirst(minutes, AnObject(apiVersion, kind, "", metadata: $",\"deletionTimestamp\":\"{At(0):O}\"")).Status.ToString().Should().Be(overall);
    }

    private static Brokkr.Agent.Cluster.Objects.KubeObject AWidget(string fields) => AnObject("example.com/v1", "Widget", fields);

    /// <summary><c>Type=Status/Reason</c>.</summary>
    private static string Parse(string condition)
    {
        var (type, rest) = (condition.Split('=')[0], condition.Split('=')[1].Split('/'));
        return C(type, rest[0], rest.Length > 1 ? rest[1] : "");
    }
}
