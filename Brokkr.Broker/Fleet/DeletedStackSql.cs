namespace Brokkr.Broker.Fleet;

/// <summary>What belongs to stacks that were deleted and is not gone yet. Nearly always nothing.</summary>
internal static class DeletedStackSql
{
    /// <summary>The stacks.</summary>
    public const string Stacks = "(SELECT id FROM deleted_stacks)";

    /// <summary>Their deployment objects, each time by the index, however many rows the planner expects of a table that is empty.</summary>
    public const string Objects = """
        (SELECT o.id FROM deleted_stacks x
          CROSS JOIN LATERAL (SELECT d.id FROM deployment_objects d WHERE d.stack_id = x.id OFFSET 0) o)
        """;
}
