namespace Brokkr.Broker.Ui.Failures;

/// <summary>What the page of an error says.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Message">What it means, in a sentence.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record ErrorPageView(int Status, string Title, string Message, string Advice)
{
    /// <summary>Pure.</summary>
    public static ErrorPageView Of(int status, string message) => status switch
    {
        403 => new(status, "Not allowed", message, "Sign in with a key whose role may do this, or ask somebody who has one."),
        404 => new(status, "Not found", message, "It may have been deleted, or its time is over. Look for it from the fleet."),
        429 => new(status, "Too many requests", message, "Wait a moment, then try again."),
        503 => new(status, "The database does not answer", message,
        "Health is still reported and nothing is lost; the page comes back as soon as the database does."),
        >= 500 =>
        new(status, "The broker failed", message,
        "Try again. If it stays, give whoever runs the broker the request id: its log says more under it."),
        _ => new(status, "That did not work", message, "Go back and correct it."),
    };
}
