using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Alerts.Settings;

/// <summary>What comes from the configuration is changed there. Pure.</summary>
internal static class Provisioned
{
    /// <exception cref="ApiError">It comes from the configuration.</exception>
    public static void RequireOwn(bool isProvisioned)
    {
        if (isProvisioned)
            throw Errors.Precondition("provisioned", "This comes from the broker's configuration: change it in brokkr.toml.");
    }
}
