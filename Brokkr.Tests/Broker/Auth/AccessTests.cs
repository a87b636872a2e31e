using Brokkr.Contracts;
using Google.Api;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Auth;

public sealed class AccessTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly HashSet<string> AgentMethods =
        ["ReportHealth", "PollDiagnostics", "ClaimDiagnostic", "SubmitResult", "GetTargetState", "StartSession", "ReportAgentFacts"];

    private static readonly string[] Open = ["healthz", "readyz", "openapi/v1.json", "docs", "metrics", "grpc.health.v1.Health/", "ui/sign-in", "ui/assets/"];

    private static readonly HashSet<string> ReaderMethods =
    [
        "GetDeploymentObjectHealth", "GetStackHealth", "GetAgentHealth", "ListHealth", "ListHealthHistory", "GetDiagnostic", "ListDiagnostics",
        "ListStacks", "GetStack", "ListDeploymentObjects", "GetDeploymentObject", "ListAgents", "GetAgent", "ListGroups", "ListChanges", "GetSelf",
        "ListRevisions", "GetDiff",
        "ListAlertReceivers", "GetAlertReceiver", "ListAlertRules", "GetAlertRule", "PreviewAlertRule", "ListAlerts", "ListAlertSilences",
        "ListAlertDeliveries",
    ];

    private static readonly Method<byte[], byte[]>[] Methods =
    [
        .. ContractMethods.All.Select(m => new Method<byte[], byte[]>(
            MethodType.Unary, m.Service.FullName, m.Name, Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b))),
    ];

    public static TheoryData<string> MethodNames => [.. ContractMethods.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(MethodNames))]
    public async Task Without_a_valid_key_nothing_is_answered(string name)
    {
        var rule = RuleOf(name);
        foreach (var pak in new[] { null, "nonsense", Pak.Create(PakRole.Admin).Reveal(), Pak.Create(PakRole.Agent).Reveal() })
        {
            var (status, body) = await broker.RestAsync(rule.Method, rule.Path, pak, rule.HasBody ? "{}" : null);
            status.Should().Be(401, $"{name} with {(pak is null ? "no" : "a wrong")} key: {body}");
            body["error"]!.GetValue<string>().Should().Be("unauthenticated");
            (await CallAsync(name, pak)).Should().Be(StatusCode.Unauthenticated);
        }
    }

    [Theory]
    [MemberData(nameof(MethodNames))]
    public async Task A_key_of_the_wrong_role_is_refused(string name)
    {
        if (name is "GetAgentHealth" or "GetSelf")
            return;
        var agent = await broker.GivenAgentAsync();
        var rule = RuleOf(name);
        var pak = AgentMethods.Contains(name) ? broker.AdminPak : agent.Pak;

        (await broker.RestAsync(rule.Method, rule.Path, pak, rule.HasBody ? "{}" : null)).Status.Should().Be(403);
        (await CallAsync(name, pak)).Should().Be(StatusCode.PermissionDenied);
    }

    [Theory]
    [MemberData(nameof(MethodNames))]
    public async Task A_reader_reads_health_and_diagnostics_and_nothing_else(string name)
    {
        var reader = await broker.GivenPakAsync("reader");
        var rule = RuleOf(name);

        var (status, _) = await broker.RestAsync(rule.Method, rule.Path, reader.Pak, rule.HasBody ? "{}" : null);
        var code = await CallAsync(name, reader.Pak);

        if (ReaderMethods.Contains(name))
            (status, code).Should().Match<(int, StatusCode)>(a => a.Item1 != 403 && a.Item1 != 401 && a.Item2 != StatusCode.PermissionDenied);
        else
            (status, code).Should().Be((403, StatusCode.PermissionDenied));
    }

    [Fact]
    public async Task An_agent_may_not_act_for_another()
    {
        var (mine, other) = (await broker.GivenAgentAsync(), await broker.GivenAgentAsync());

        (await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{other.Id}/health-status", mine.Pak, """{"deployment_objects":[]}""")).Status.Should()
            .Be(403);
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{other.Id}/diagnostics/pending", mine.Pak)).Status.Should().Be(403);
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{other.Id}/target-state", mine.Pak)).Status.Should().Be(403);
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{other.Id}/health", mine.Pak)).Status.Should().Be(403);
    }

    [Fact]
    public void Every_endpoint_is_closed_but_the_documented_ones()
    {
        var open = broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText).Distinct();

        open.Should().OnlyContain(path => path == "/" || Open.Any(o => path!.TrimStart('/').StartsWith(o, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_method_of_a_contract_names_its_rest_path_and_every_field_its_json_name()
    {
        ContractMethods.All.Should().OnlyContain(m => m.GetOptions().GetExtension(AnnotationsExtensions.Http) != null);
        ContractMethods.All.Select(m => m.File).Distinct().SelectMany(f => f.MessageTypes).SelectMany(m => m.Fields.InDeclarationOrder())
            .Should().OnlyContain(f => f.JsonName == f.Name);
    }

    private static (HttpMethod Method, string Path, bool HasBody) RuleOf(string name)
    {
        var rule = ContractMethods.All.Single(m => m.Name == name).GetOptions().GetExtension(AnnotationsExtensions.Http);
        var path = System.Text.RegularExpressions.Regex.Replace($"{rule.Get}{rule.Post}{rule.Patch}{rule.Delete}", @"\{[^}]*\}", Guid.NewGuid().ToString());
        return (new(rule.PatternCase.ToString().ToUpperInvariant()), path, rule.Body.Length > 0);
    }

    private async Task<StatusCode> CallAsync(string name, string? pak)
    {
        try
        {
            var options = pak is null ? new CallOptions(deadline: DateTime.UtcNow.AddSeconds(30)) : BrokerFixture.As(pak);
            await broker.Grpc.CreateCallInvoker().AsyncUnaryCall(Methods.Single(m => m.Name == name), null, options, []);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
