namespace Brokkr.Broker.Ui.Sessions;

/// <summary>What the page to sign in shows.</summary>
/// <param name="Return">The page to go to afterwards.</param>
/// <param name="Refusal">Why the attempt before failed; empty where there was none.</param>
public sealed record SignInView(string Return, string Refusal);
