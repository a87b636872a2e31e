namespace Brokkr.Broker.Auth;

/// <summary>Who may call: each method of each service names one of these.</summary>
internal static class Policies
{
    /// <summary>Admin keys.</summary>
    public const string Admin = "admin";

    /// <summary>Admin and reader keys.</summary>
    public const string Reader = "reader";

    /// <summary>Agent keys.</summary>
    public const string Agent = "agent";

    /// <summary>Any key; the method itself looks closer.</summary>
    public const string Anyone = "anyone";
}
