namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>What came of a try.</summary>
/// <param name="HttpStatus">The answer's; 0 where there was none.</param>
/// <param name="Error">What went wrong, in a sentence that is fit to be shown; null where the receiver took the message.</param>
/// <param name="RetryAfter">When the receiver wants to be asked again; null where it did not say.</param>
internal sealed record Outcome(int HttpStatus, string? Error, TimeSpan? RetryAfter = null)
{
    public static readonly Outcome Delivered = new(StatusCodes.Status200OK, null);

    /// <summary>The receiver wants nothing any more.</summary>
    public bool IsGone => HttpStatus == StatusCodes.Status410Gone;
}
