namespace Brokkr.Broker.Fleet;

/// <summary>What belongs to stacks that were deleted and is not gone yet. Nearly always nothing.</summary>
internal static class DeletedStackSql
{
    /// <summary>The stacks.</summary>
    public const string Stacks = "(SELECT id FROM deleted_stacks)";

    /// <summary>Their deployment objects.</summary>
    public const string Objects = "(SELECT o.id FROM deleted_stacks x JOIN deployment_objects o ON o.stack_id = x.id)";
}
