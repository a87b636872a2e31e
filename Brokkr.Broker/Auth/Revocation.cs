namespace Brokkr.Broker.Auth;

/// <summary>What became of the wish to end a key.</summary>
internal enum Revocation
{
    /// <summary>It is over, now or since before.</summary>
    Done,

    /// <summary>There is no such key.</summary>
    NotFound,

    /// <summary>No other admin key is in force.</summary>
    LastAdmin,
}
