namespace Brokkr.Tests.Broker.Storage;

public sealed class SchemaTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("deployment_health",
        "id uuid NO gen_random_uuid(); agent_id uuid NO ; deployment_object_id uuid NO ; status character varying(20) NO ; summary jsonb YES ; checked_at "
        + "timestamp with time zone NO ; created_at timestamp with time zone NO now(); updated_at timestamp with time zone NO now()")]
    [InlineData("diagnostic_requests",
        "id uuid NO gen_random_uuid(); agent_id uuid NO ; deployment_object_id uuid NO ; status character varying(20) NO 'pending'::character varying; "
        + "requested_by character varying(255) YES ; created_at timestamp with time zone NO now(); claimed_at timestamp with time zone YES ; completed_at "
        + "timestamp with time zone YES ; expires_at timestamp with time zone NO ")]
    [InlineData("diagnostic_results",
        "id uuid NO gen_random_uuid(); request_id uuid NO ; pod_statuses jsonb NO ; events jsonb NO ; log_tails jsonb YES ; collected_at timestamp with time "
        + "zone NO ; created_at timestamp with time zone NO now()")]
    public async Task The_specified_columns_are_there_literally(string table, string columns)
    {
        var actual = await ListAsync($"""
            SELECT column_name || ' ' || data_type || COALESCE('(' || character_maximum_length || ')', '') || ' ' || is_nullable || ' ' ||
              COALESCE(column_default, '')
              FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position
            """);

        actual.Should().Contain(columns.Split("; "));
    }

    [Theory]
    [InlineData("idx_deployment_health_agent", "deployment_health USING btree (agent_id)")]
    [InlineData("idx_deployment_health_deployment", "deployment_health USING btree (deployment_object_id)")]
    [InlineData("idx_deployment_health_status", "deployment_health USING btree (status)")]
    [InlineData("idx_diagnostic_requests_agent_pending", "diagnostic_requests USING btree (agent_id) WHERE ((status)::text = 'pending'::text)")]
    [InlineData("idx_diagnostic_requests_expires", "diagnostic_requests USING btree (expires_at)")]
    [InlineData("idx_diagnostic_results_request", "diagnostic_results USING btree (request_id)")]
    public async Task The_specified_indexes_are_there_by_name(string name, string definition)
    {
        var actual = await ListAsync($"SELECT indexdef FROM pg_indexes WHERE indexname = '{name}'");

        actual.Should().ContainSingle().Which.Should().EndWith(definition);
    }

    [Fact]
    public async Task The_specified_constraints_and_trigger_are_there()
    {
        var constraints = await ListAsync("""
            SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid) FROM pg_constraint
             WHERE conrelid IN ('deployment_health'::regclass, 'diagnostic_requests'::regclass, 'diagnostic_results'::regclass)
            """);
        constraints.Should().Contain(
        [
            "deployment_health: UNIQUE (agent_id, deployment_object_id)",
            "deployment_health: FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE",
            "deployment_health: FOREIGN KEY (deployment_object_id) REFERENCES deployment_objects(id) ON DELETE CASCADE",
            "diagnostic_requests: FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE",
            "diagnostic_requests: FOREIGN KEY (deployment_object_id) REFERENCES deployment_objects(id) ON DELETE CASCADE",
            "diagnostic_results: FOREIGN KEY (request_id) REFERENCES diagnostic_requests(id) ON DELETE CASCADE",
        ]);
        (await ListAsync("SELECT conname FROM pg_constraint WHERE conname = 'unique_agent_deployment_health'")).Should().ContainSingle();
        (await ListAsync("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'update_deployment_health_timestamp'"))
            .Should().ContainSingle().Which.Should().Contain("BEFORE UPDATE ON").And.Contain("FOR EACH ROW EXECUTE FUNCTION update_timestamp()");
    }

    private async Task<List<string>> ListAsync(string sql)
    {
        var rows = new List<string>();
        await using var command = broker.Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
