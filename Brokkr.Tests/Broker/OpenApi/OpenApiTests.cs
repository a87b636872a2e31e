using System.Text.Json.Nodes;
using Brokkr.Tests.ForeignClients;
using Google.Api;

namespace Brokkr.Tests.Broker.OpenApi;

public sealed class OpenApiTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly string Kept = Path.Combine(RepositoryRoot.Path, "docs", "openapi.json");

    [Fact]
    public async Task The_file_in_the_repository_is_what_the_broker_serves()
    {
        using var answer = await broker.Http.GetAsync("/openapi/v1.json");

        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.OK, "nobody needs a key to read it");
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        (await answer.Content.ReadAsStringAsync()).Should().Be(
            await File.ReadAllTextAsync(Kept), "docs/openapi.json is kept current with: dotnet run --project Brokkr.Broker -- --openapi > docs/openapi.json");
    }

    [Fact]
    public async Task An_independent_validator_finds_nothing_wrong()
    {
        var folder = ForeignProgram.ToolFolder("redocly");

        var said = await ForeignProgram.RunAsync("node", ["node_modules/@redocly/cli/bin/cli.js", "lint", "--config", "redocly.yaml", "--format", "json", Kept],
            folder);

        JsonNode.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..])!["totals"]!.ToJsonString().Should()
            .Be("""{"errors":0,"warnings":0,"ignored":0}""", said);
    }

    [Fact]
    public async Task Every_method_is_described_with_its_words_its_statuses_and_its_parameters()
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Kept))!;
        var operations = document["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => (Path: p.Key, Verb: o.Key, Operation: o.Value!)))
            .ToDictionary(o => o.Operation["operationId"]!.GetValue<string>());

        foreach (var method in ContractMethods.All)
        {
            var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
            var (path, verb, operation) = operations[method.Name];
            path.Should().Be($"{rule.Get}{rule.Post}{rule.Patch}{rule.Delete}");
            operation["description"]!.GetValue<string>().Should().Contain("The caller must be", method.Name);
            operation["responses"]!.AsObject().Select(r => r.Key).Should().Contain(["400", "401", "403", "429", "500", "503"], method.Name);
            operation["parameters"]?.AsArray().Should().OnlyContain(p => p!["description"]!.GetValue<string>().Length > 0, method.Name);
        }

        operations.Keys.Should().BeEquivalentTo([.. ContractMethods.All.Select(m => m.Name), "GetLiveness", "GetReadiness"]);
        document["components"]!["responses"]!["404"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>().Should().EndWith("/Error");
        document["components"]!["securitySchemes"]!["pak"]!["scheme"]!.GetValue<string>().Should().Be("bearer");
    }

    [Theory]
    [InlineData("RequestDiagnostics", "202")]
    [InlineData("CreateStack", "201")]
    [InlineData("GetStackHealth", "200")]
    public async Task The_status_of_success_is_described(string method, string status)
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Kept))!;

        var operation = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject())
            .First(o => o.Value!["operationId"]!.GetValue<string>() == method).Value!;

        operation["responses"]!.AsObject().Select(r => r.Key).Where(s => s[0] == '2').Should().Equal(status);
    }

    [Fact]
    public async Task A_page_shows_it_to_people_without_anything_from_elsewhere()
    {
        var page = await broker.Http.GetStringAsync("/docs/");

        page.Should().Contain("Brokkr").And.Contain("openapi/v1.json");
        page.Should().NotMatchRegex("(src|href)=\"https?://", "an operator's network may not reach other hosts");
    }
}
