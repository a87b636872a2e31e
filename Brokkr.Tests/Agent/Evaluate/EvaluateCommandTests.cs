using System.Text;
using System.Text.Json.Nodes;
using Brokkr.Agent.Evaluate;

namespace Brokkr.Tests.Agent.Evaluate;

/// <summary>The command as its users see it: what it reads, what it prints, how it ends.</summary>
public class EvaluateCommandTests
{
    private const string Lost = """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a","namespace":"shop"},"status":{"phase":"Lost"}}""";
    private const string Bound = """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"b","namespace":"shop"},"status":{"phase":"Bound"}}""";

    private const string Stalled = """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"status":{"conditions":"""
        + """[{"type":"Stalled","status":"True","reason":"NoAccess","lastTransitionTime":"2026-03-01T12:00:00Z"}]}}""";

    public static TheoryData<string, string> SameObjects => new()
    {
        { "JSON lines", $"{Lost}\n{Bound}\n" },
        { "JSON without line breaks", Lost + Bound },
        { "a JSON array", $"[{Lost},{Bound}]" },
        { "a List of kubectl, its kind behind the items",
        $$"""{"apiVersion":"v1","items":[{{Lost}},{{Bound}}],"kind":"List","metadata":{"resourceVersion":"" } }""" },
        { "a list of the API server, whose items name no kind",
        """{"kind":"PersistentVolumeClaimList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"a","namespace":"shop"},"status":"""
            + """{"phase":"Lost"}},{"metadata":{"name":"b","namespace":"shop"},"status":{"phase":"Bound"}}]}""" },
        { "a byte order mark and blank lines", $"\uFEFF\n\n  {Lost}\n\n{Bound}" },
        { "YAML documents",
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a, namespace: shop}\nstatus:\n  phase: Lost\n---\n---\napiVersion: v1\nkind: "
        + "PersistentVolumeClaim\nmetadata:\n  name: b\n  namespace: shop\nstatus: {phase: \"Bound\"}\n" },
        { "a YAML List", $"apiVersion: v1\nitems:\n- {Lost}\n- {Bound}\nkind: List\nmetadata:\n  resourceVersion: \"\"\n" },
        { "a YAML sequence", $"- {Lost}\n- {Bound}\n" },
        { "lines of dashes between JSON", $"{Lost}\n---\n{Bound}\n---\n" },
        { "Lists in a List, one of them empty",
        $$"""{"kind":"List","apiVersion":"v1","items":[{"kind":"List","apiVersion":"v1","items":[{{Lost}}]},"""
            + $$"""{"kind":"PodList","items":[]},{{Bound}}]}""" },
        { "Lists in a YAML List", $"kind: List\nitems:\n- kind: List\n  items:\n  - {Lost}\n- {Bound}\n---\nkind: List\nitems:\n" },
        { "JSON in a YAML document", $"---\n{Lost}\n---\n{Bound}\n" },
    };

    [Theory]
    [MemberData(nameof(SameObjects))]
    public async Task The_same_objects_read_alike_in_every_form(string because, string input)
    {
        foreach (var each in new[] { true, false })
        {
            var (code, output, _) = await RunAsync(input, each ? ["--each", "-o", "json"] : ["-o", "json"]);

            code.Should().Be(0, because);
            output.Select(line => $"{line["name"]} {line["status"]}").Should().Equal(["a degraded", "b healthy"], because);
        }
    }

    [Theory]
    [InlineData("{\"kind\":\"Pod\",\n\"apiVersion\":\"v1\"}\n{\"kind\":\n", "standard input, document 2, line 4: it is not JSON as it should be")]
    [InlineData("{\"kind\":\"List\",\"items\":[\n{\"kind\":\"Pod\"},\n7]}", "standard input, document 1, line 3: an object is needed here")]
    [InlineData("{\"apiVersion\":\"v1\"}", "standard input, document 1, line 1: the object has no kind")]
    [InlineData("kind: Pod\n---\nkind: Deployment\napiVersion: apps/v1\nspec:\n  replicas: three\n",
        "standard input, document 2, line 3: spec.replicas of this Deployment is not as Kubernetes writes it")]
    [InlineData("kind: Pod\nspec: &a {}\nstatus: *a\n", "standard input, document 1, line 3: aliases are not read")]
    [InlineData("a: [1\nb: {", "standard input, document 1, line 1: it is not YAML as it should be")]
    [InlineData("kind: Pod\n  spec: x\n", "standard input, document 1, line 2: it is not YAML as it should be")]
    [InlineData("kind: Pod\nmetadata:\n\tname: a\n", "standard input, document 1, line 3: it is indented with a tab")]
    [InlineData("kind: Pod\n---\nkind: Pod\nmetadata:\n\tname: a\n", "standard input, document 2, line 5: it is indented with a tab")]
    [InlineData("just words", "standard input, document 1, line 1: an object is needed here")]
    [InlineData("  \n", "standard input is empty")]
    public async Task What_cannot_be_read_is_named_by_document_and_line(string input, string error)
    {
        var (code, _, said) = await RunAsync(input, ["--each"]);

        (code, said).Should().Match<(int, string)>(r => r.Item1 == 1 && r.Item2.StartsWith(error), "it was {0}", said);
    }

    [Fact]
    public async Task Documents_keep_their_numbers_behind_one_that_cannot_be_read() =>
        (await RunAsync("{\"kind\":\"List\",\"items\":[\n7]}\n{\"apiVersion\":\"v1\"}", ["--each"])).Error
            .Should().Contain("document 1, line 2: an object is needed here").And.Contain("document 2, line 3: the object has no kind");

    [Theory]
    [InlineData("an object without a kind", "{\"metadata\":{\"name\":\"x\"}}\n", "\n")]
    [InlineData("a line that is no JSON", "{\"kind\": oops}\n", "\n")]
    [InlineData("a document that is no YAML", "kind: [Pod\n---\n", "\n---\n")]
    [InlineData("a document with a tab", "kind: Pod\nmetadata:\n\tname: x\n---\n", "\n---\n")]
    public async Task What_cannot_be_read_does_not_keep_the_rest_from_being_judged(string because, string bad, string separator)
    {
        var input = because.Contains("document")
            ? $"kind: Service\napiVersion: v1\nmetadata: {{name: s}}\n---\n{bad}{Lost}{separator}{Bound}"
            : $"{bad}{Lost}\n{Bound}";

        var (code, output, error) = await RunAsync(input, ["--each", "-o", "json"]);

        (code, error.Length > 0).Should().Be((1, true), because);
        output.Select(line => $"{line["name"]}").Where(name => name != "s").Should().Equal(["a", "b"], because);
    }

    [Theory]
    [InlineData("failing", 0)]
    [InlineData("degraded", 3)]
    [InlineData("unknown", 3)]
    public async Task The_command_fails_from_the_status_on_that_one_names(string status, int expected)
    {
        (await RunAsync($"{Lost}{Bound}", ["--fail-on", status])).Code.Should().Be(expected);
        (await RunAsync(Bound, ["--fail-on", status])).Code.Should().Be(0);
    }

    [Fact]
    public async Task By_itself_each_object_keeps_its_place_in_the_table() =>
        (await RunTextAsync($"{Bound}{Lost}", ["--each"], inColour: false)).Split('\n')[1].Should().StartWith("healthy");

    [Fact]
    public async Task The_row_of_a_workload_names_pod_and_container_and_marks_what_does_not_count_yet()
    {
        var (code, output, error) = await RunAsync(RecordedDump(), ["--now", "latest", "-o", "json"]);
        var table = await RunTextAsync(RecordedDump(), ["--now", "latest"], inColour: false);

        (code, error).Should().Be((0, ""));
        var crash = output.Single(line => line["name"]!.GetValue<string>() == "crash")["message"]!.GetValue<string>();
        crash.Should().StartWith("Pod crash-").And.Contain(", container app: ");
        table.Should().Contain(crash);
        (await RunTextAsync(Stalled, ["--each", "--now", "latest"], inColour: false)).Should().Contain("degraded*")
            .And.EndWith("* does not count for the whole yet\n");
    }

    [Fact]
    public async Task What_a_dump_lacks_is_said_with_what_it_hides()
    {
        const string deployment = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":1}}""";

        var error = (await RunAsync(deployment, [])).Error;

        error.Should().Contain("no managedFields").And.Contain("no pods").And.Contain("no events");
        (await RunAsync(Bound, ["--each"])).Error.Should().BeEmpty();
    }

    [Fact]
    public async Task Owners_in_a_circle_and_repeated_objects_have_a_row_each()
    {
        var circle = string.Join('\n', new[] { ("a", "b"), ("b", "a"), ("c", "c") }.Select(o =>
            $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{o.Item1}}}","uid":"{{{o.Item1}}}","ownerReferences":"""
                + $$$"""[{"apiVersion":"v1","kind":"ConfigMap","name":"{{{o.Item2}}}","uid":"{{{o.Item2}}}","controller":true}]}}"""));

        var names = (await RunAsync($"{circle}\n{circle}", ["-o", "json"])).Output.Select(line => $"{line["name"]}");

        names.Should().BeEquivalentTo("a", "c");
    }

    [Fact]
    public async Task Of_a_directory_its_manifests_are_read()
    {
        var folder = Directory.CreateTempSubdirectory();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "b.json"), Bound);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.yaml"), Lost);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "notes.txt"), "no manifest");

        var output = (await RunAsync("", ["-f", folder.FullName, "--each", "-o", "json"])).Output;

        output.Select(line => $"{line["name"]}").Should().Equal("a", "b");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_object_without_a_name_is_judged_by_itself_only()
    {
        const string unnamed = """{"apiVersion":"v1","kind":"PersistentVolumeClaim","status":{"phase":"Bound"}}""";

        (await RunAsync(unnamed, ["--each", "-o", "json"])).Output.Single()["status"]!.GetValue<string>().Should().Be("healthy");
        var (code, _, error) = await RunAsync(unnamed, []);
        (code, error.Trim()).Should(
            ).Be((1, "standard input, document 1, line 1: this PersistentVolumeClaim has no metadata.name; --each judges objects without it"));
    }

    [Fact]
    public async Task A_dump_is_judged_together_and_its_events_speak()
    {
        var dump = RecordedDump();

        var (code, output, _) = await RunAsync(dump, ["--now", "latest", "-o", "json"]);

        code.Should().Be(0);
        output.Should().NotContain(line => line["kind"]!.GetValue<string>() == "ReplicaSet" || line["kind"]!.GetValue<string>() == "Event");
        var crash = output.Single(line => line["name"]!.GetValue<string>() == "crash");
        $"{crash["status"]} {crash["overall_status"]} {crash["pods_ready"]}/{crash["pods_total"]} {crash["conditions"]!.ToJsonString()}".Should()
            .Be("degraded degraded 0/1 [\"CrashLoopBackOff\"]");
        var finding = crash["findings"]![0]!;
        $"{finding["container"]} {finding["container_type"]} {finding["exit_code"]} {finding["restarts"]}".Should().Be("app app 3 7");
        finding["since"]!.GetValue<DateTimeOffset>().Should().BeBefore(RecordedCluster.Moment);
        output.Single(line => line["name"]!.GetValue<string>() == "data-db-0")["message"]!.GetValue<string>().Should().StartWith("no persistent volumes");
        output.Single(line => $"{line["kind"]} {line["name"]}" == "Deployment web")["status"]!.GetValue<string>().Should().Be("healthy");
    }

    [Fact]
    public async Task Of_pods_that_the_input_does_not_hold_nothing_is_said()
    {
        const string deployment = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":1},"status":"""
            + """{"replicas":1,"updatedReplicas":1,"availableReplicas":1}}""";

        foreach (var args in new string[][] { ["-o", "json"], ["--each", "-o", "json"] })
        {
            var row = (await RunAsync(deployment, args)).Output.Single();
            (row["status"]!.GetValue<string>(), row["pods_total"]).Should().Be(("healthy", null));
        }
    }

    [Theory]
    [InlineData("latest", "progressing")]
    [InlineData("2026-01-01T00:04:59Z", "progressing")]
    [InlineData("2026-01-01T00:05:00Z", "degraded")]
    public async Task The_clock_is_what_one_says(string now, string status)
    {
        const string claim = """
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a","creationTimestamp":"2026-01-01T00:00:00Z",
             "annotations":{"x":"2027-01-01T00:00:00Z"},
            "labels":{"y":"since 2027-01-01T00:00:00Z"}},"status":{"phase":"Pending"}}
            """;

        (await RunAsync(claim, ["--each", "--now", now, "-o", "json"])).Output.Single()["status"]!.GetValue<string>().Should().Be(status);
        (await RunAsync(claim, ["--now", now, "-o", "json"])).Output.Single()["status"]!.GetValue<string>().Should().Be(status);
    }

    [Fact]
    public async Task People_get_a_table_worst_first_with_colour_on_a_terminal_only()
    {
        var plain = await RunTextAsync($"{Bound}{Lost}", [], inColour: false);
        var coloured = await RunTextAsync($"{Bound}{Lost}", [], inColour: true);

        plain.Split('\n')[..4].Should().Equal(
            "STATUS    KIND                   NAMESPACE  NAME  PODS  CONDITIONS  MESSAGE",
            "degraded  PersistentVolumeClaim  shop       a           Lost        Its phase is Lost.",
            "healthy   PersistentVolumeClaim  shop       b                       Bound to a volume",
            "2 judged: 1 degraded, 1 healthy");
        plain.Should().NotContain("\e");
        coloured.Should().Contain("\e[31mdegraded").And.Contain("\e[32mhealthy");
    }

    [Fact]
    public async Task Text_of_the_cluster_cannot_touch_the_terminal()
    {
        const string hostile = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a\u001b[2J","namespace":"x\ny"},"status":"""
            + """{"phase":"Failed","message":"\u001b]0;owned\u0007 token=hunter2hunter2"}}""";

        var table = await RunTextAsync(hostile, [], inColour: false);
        var json = await RunTextAsync(hostile, ["-o", "json"], inColour: false);

        foreach (var text in new[] { table, json })
            text.Should().NotContain("\e").And.NotContain("\a").And.NotContain("hunter2");
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_resource_that_asks_to_be_left_out_is_shown_as_such()
    {
        const string ignored = """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a","annotations":"""
            + """{"brokkr.io/ignore-health":"true"}},"status":{"phase":"Lost"}}""";

        var row = (await RunAsync(ignored, ["-o", "json"])).Output.Single();

        (row["status"]!.GetValue<string>(), row["message"]!.GetValue<string>()).Should()
            .Be(("healthy", "Left out, as its annotation brokkr.io/ignore-health asks."));
    }

    [Theory]
    [InlineData("--bogus is not an option of evaluate", "--bogus")]
    [InlineData("-f needs a value", "-f")]
    [InlineData("--now must be latest or a time", "--now", "tomorrow")]
    [InlineData("-o must be table or json", "-o", "xml")]
    [InlineData("agent.health.rules_file names /nonexistent", "--rules", "/nonexistent")]
    public async Task Wrong_usage_ends_with_two(string error, params string[] args)
    {
        var (code, _, said) = await RunAsync(Lost, args);

        code.Should().Be(2);
        said.Should().StartWith(error);
    }

    [Fact]
    public async Task Files_are_read_one_after_the_other_and_one_that_is_not_there_is_named()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Bound);

        (await RunAsync(Lost, ["-f", file, "-f", "-", "-o", "json"])).Output.Select(line => line["name"]!.GetValue<string>()).Should().BeEquivalentTo("a", "b");
        var (code, _, error) = await RunAsync("", ["-f", "/nonexistent/x.yaml"]);

        (code, error).Should().Match<(int, string)>(r => r.Item1 == 1 && r.Item2.StartsWith("/nonexistent/x.yaml cannot be read"));
        File.Delete(file);
    }

    [Fact]
    public async Task The_help_says_what_the_exit_codes_mean_and_a_person_is_not_waited_for()
    {
        (await RunTextAsync("", ["--help"], inColour: false)).Should().Contain("Exit codes: 0 judged").And.Contain("1 the input cannot be read").And
            .Contain("2 wrong usage");
        var (error, terminal) =
            (new StringWriter(), new EvaluateConsole(Stream.Null, TextWriter.Null, TextWriter.Null, InputIsTerminal: true, InColour: false));
        (await EvaluateCommand.RunAsync([], terminal with { Error = error }, TimeProvider.System)).Should().Be(2);
        error.ToString().Should().StartWith("There is nothing to read");
    }

    /// <summary>Everything that was recorded, as one List.</summary>
    private static string RecordedDump()
    {
        var folder = Path.Combine(RepositoryRoot.Fixtures, "recorded", "objects");
        return string.Join('\n', Directory.GetFiles(folder).Where(f => !f.EndsWith("events.v1.json")).Order(StringComparer.Ordinal).Select(File.ReadAllText));
    }

    private static async Task<string> RunTextAsync(string input, string[] args, bool inColour)
    {
        var output = new StringWriter();
        var console = new EvaluateConsole(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, TextWriter.Null, InputIsTerminal: false, inColour);
        await EvaluateCommand.RunAsync(args, console, TimeProvider.System);
        return output.ToString();
    }

    private static async Task<(int Code, List<JsonNode> Output, string Error)> RunAsync(string input, string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var console = new EvaluateConsole(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, InputIsTerminal: false, InColour: false);
        var code = await EvaluateCommand.RunAsync(args, console, TimeProvider.System);
        var lines = args.Contains("json") ? output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList() : [];
        return (code, lines, error.ToString());
    }
}
