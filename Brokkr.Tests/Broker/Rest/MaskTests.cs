namespace Brokkr.Tests.Broker.Rest;

/// <summary>Masks over REST name fields as the contracts do.</summary>
public sealed class MaskTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_mask_empties_lists_and_changes_nothing_that_it_does_not_name()
    {
        var stack = await broker.GivenStackAsync();
        var (_, rule) = await broker.RestAsync(HttpMethod.Post, "/api/v1/alert-rules", broker.AdminPak,
            $$"""{"rule":{"name":"masked","hold_failing_seconds":7,"stack_ids":["{{stack}}"] } }""");

        var (status, changed) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/alert-rules/{rule["id"]}", broker.AdminPak,
            """{"rule":{"recover_seconds":300,"wait_seconds":9},"update_mask":"stack_ids,recover_seconds"}""");

        status.Should().Be(200, changed.ToJsonString());
        changed["stack_ids"]!.AsArray().Should().BeEmpty();
        ((int)changed["recover_seconds"]!, (int)changed["hold_failing_seconds"]!, (int)changed["wait_seconds"]!).Should()
            .Be((300, 7, (int)rule["wait_seconds"]!));
    }

    [Theory]
    [InlineData("\"nobody_knows\"", "invalid_argument", "update_mask: must name fields of a rule")]
    [InlineData("\"stack__ids\"", "invalid_field", "$.update_mask must name fields")]
    [InlineData("\"stack_ids,\"", "invalid_field", "$.update_mask must name fields")]
    [InlineData("{\"paths\":[\"stack_ids\"]}", "invalid_field", "$.update_mask must be a string")]
    public async Task A_mask_that_names_no_fields_is_refused(string mask, string error, string says)
    {
        var (_, rule) = await broker.RestAsync(HttpMethod.Post, "/api/v1/alert-rules", broker.AdminPak,
            $$"""{"rule":{"name":"refused-{{Guid.NewGuid():N}}" } }""");

        var (status, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/alert-rules/{rule["id"]}", broker.AdminPak,
            $$"""{"rule":{},"update_mask":{{mask}} }""");

        (status, (string)body["error"]!).Should().Be((400, error), body.ToJsonString());
        ((string)body["message"]!).Should().StartWith(says);
    }
}
