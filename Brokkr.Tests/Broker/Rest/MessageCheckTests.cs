using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Brokkr.Tests.Broker.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Brokkr.Tests.Broker.Rest;

/// <summary>What protobuf can carry and no calendar, no count and no list has is refused with its place.</summary>
public sealed class MessageCheckTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly Timestamp NoTime = new() { Seconds = long.MaxValue, Nanos = -1 };

    public static TheoryData<string, Wire.SubmitResultRequest> Flaws => new()
    {
        { "collected_at", new() { CollectedAt = NoTime } },
        { "events[1].last_seen", new() { Events = { new Wire.ClusterEvent(), new Wire.ClusterEvent { LastSeen = NoTime } } } },
        { "events[0].count", new() { Events = { new Wire.ClusterEvent { Count = -1 } } } },
        { "pod_statuses[0].created_at", new() { PodStatuses = { new Wire.PodStatus { CreatedAt = NoTime } } } },
        {
            "pod_statuses[0].container_statuses[0].last_state.finished_at",
            new() { PodStatuses = { new Wire.PodStatus { ContainerStatuses = { new Wire.ContainerStatus { LastState = new() { FinishedAt = NoTime } } } } } }
        },
        {
            "pod_statuses[0].container_statuses[0].restart_count",
            new() { PodStatuses = { new Wire.PodStatus { ContainerStatuses = { new Wire.ContainerStatus { RestartCount = -5 } } } } }
        },
        { "findings[0].severity", new() { Findings = { new Wire.DiagnosticFinding { Severity = (Wire.HealthStatus.Types.Word)99 } } } },
        { "workloads[0].generation", new() { Workloads = { new Wire.WorkloadStatus { Generation = long.MinValue } } } },
        { "log_tails", new() { LogTails = { ["a/b"] = new() { Values = { Value.ForNumber(double.NaN) } } } } },
        { "previous_log_tails", new() { PreviousLogTails = { ["a/b"] = new() { Values = { new Value() } } } } },
        { "attempt", new() { Attempt = -1 } },
        { "events", new() { Events = { Enumerable.Repeat(new Wire.ClusterEvent(), Limits.RepeatedItems + 1) } } },
        {
            "quotas[0].hard",
            new() { Quotas = { new Wire.QuotaStatus { Hard = { Enumerable.Range(0, Limits.RepeatedItems + 1).ToDictionary(i => $"{i}", _ => "1") } } } }
        },
        {
            "log_tails",
            new() { LogTails = { ["a/b"] = new() { Values = { Enumerable.Repeat(Value.ForString(""), Limits.RepeatedItems + 1) } } } }
        },
    };

    [Theory]
    [MemberData(nameof(Flaws))]
    public async Task A_result_that_protobuf_can_carry_and_nobody_can_mean_is_refused_by_field(string field, Wire.SubmitResultRequest flawed)
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        flawed.RequestId = await broker.RequestAsync(objectId);
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(broker.Grpc);

        var call = async () => await client.SubmitResultAsync(flawed, BrokerFixture.As(agent.Pak));

        var status = (await call.Should().ThrowAsync<RpcException>()).Which.Status;
        status.StatusCode.Should().Be(StatusCode.InvalidArgument, status.Detail);
        status.Detail.Should().StartWith($"{field}:");
    }

    [Fact]
    public async Task A_bad_item_of_a_report_is_rejected_and_the_others_are_stored()
    {
        var stack = await broker.GivenStackAsync();
        var (good, timeless, negative, wordless) = (await broker.GivenObjectAsync(stack, "a"), await broker.GivenObjectAsync(stack, "b"),
            await broker.GivenObjectAsync(stack, "c"), await broker.GivenObjectAsync(stack, "d"));
        var agent = await broker.GivenAgentAsync(stack);
        var client = new Wire.HealthService.HealthServiceClient(broker.Grpc);

        var answer = await client.ReportHealthAsync(new()
        {
            AgentId = agent.Id,
            DeploymentObjects =
            {
                Item(timeless, new() { Condition = "X", Since = NoTime }),
                Item(negative, new() { Condition = "X", Restarts = -1, ExitCode = -1 }),
                Item(wordless, new() { Condition = "X", Severity = (Wire.HealthStatus.Types.Word)99 }),
                Item(good, new() { Condition = "X", ExitCode = -1073741819 }),
            },
        }, BrokerFixture.As(agent.Pak));

        answer.Accepted.Should().Be(1);
        answer.Rejected.Select(r => (r.Id, r.Reason)).Should().BeEquivalentTo(
            [(timeless, "invalid_time"), (negative, "invalid_count"), (wordless, "invalid_status")]);
    }

    [Theory]
    [InlineData("page_size=5%00")]
    [InlineData("page_size=%2B5")]
    [InlineData("page_size=05")]
    [InlineData("page_size=0x5")]
    [InlineData("page_size=%205")]
    [InlineData("stack_id=%20{0}")]
    [InlineData("stack_id={0}%20")]
    [InlineData("stack_id=0x3c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11")]
    [InlineData("stack_id=%2B03c2a10-5b1e-4c56-9d3a-0f6f1f5e2b11")]
    [InlineData("stack_id=7f3c2a10-5b1e-4c56-9d3a-0x6f1f5e2b11")]
    [InlineData("stack_id=7f3c2a10-5b1e-4c56-9d3a-+f6f1f5e2b11")]
    public async Task Numbers_and_identifiers_are_what_they_look_like(string query)
    {
        query = query.Replace("{0}", $"{Guid.NewGuid()}", StringComparison.Ordinal);

        var (status, answer) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?{query}", broker.AdminPak);

        status.Should().Be(400);
        answer["message"]!.GetValue<string>().Should().StartWith(query[..query.IndexOf('=', StringComparison.Ordinal)]);
    }

    /// <summary>A field that a check of numbers and times would pass by is found here, in whichever contract it is added.</summary>
    [Fact]
    public void Every_time_in_every_request_is_walked()
    {
        foreach (var (request, path) in ContractMethods.All.SelectMany(m => TimesOf(m.InputType.Parser, 0)))
            MessageCheck.Find(request).Should().NotBeNull(path);
    }

    private static IEnumerable<(IMessage Message, string Path)> TimesOf(MessageParser parser, int depth)
    {
        var fields = parser.ParseFrom(ByteString.Empty).Descriptor.Fields.InDeclarationOrder();
        foreach (var field in fields.Where(f => f is { FieldType: Google.Protobuf.Reflection.FieldType.Message, IsMap: false } && depth < 6))
        {
            if (field.MessageType == Wire.DeploymentObjectReport.Descriptor || field.MessageType.File.Package == "google.protobuf"
                && field.MessageType != Timestamp.Descriptor)
                continue;
            var inner = field.MessageType == Timestamp.Descriptor
                ? [(NoTime.Clone(), "")]
                : TimesOf(field.MessageType.Parser, depth + 1);
            foreach (var (message, path) in inner)
            {
                var outer = parser.ParseFrom(ByteString.Empty);
                if (field.IsRepeated)
                    ((System.Collections.IList)field.Accessor.GetValue(outer)).Add(message);
                else
                    field.Accessor.SetValue(outer, message);
                yield return (outer, $"{outer.Descriptor.Name}.{field.Name}{path}");
            }
        }
    }

    private static Wire.DeploymentObjectReport Item(string id, Wire.Finding finding) =>
        new() { Id = id, Status = Wire.HealthStatus.Types.Word.Degraded, Summary = new() { Findings = { finding } } };
}
