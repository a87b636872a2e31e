using System.Security.Cryptography.X509Certificates;

namespace Brokkr.DemoCluster.Api.Control;

/// <summary>What the stand-in API server serves, and how.</summary>
internal sealed class DemoClusterOptions
{
    /// <summary>A directory of the recordings' layout; default the one that comes with the program.</summary>
    public string ObjectsDirectory { get; set; } = PackagedRecording;

    /// <summary>How many minutes before the start the newest recorded moment lies; negative puts it into the future.</summary>
    public double AgeMinutes { get; set; } = 10;

    /// <summary>The loopback port; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The bearer token that every request needs; null accepts any token and none.</summary>
    public string? Token { get; set; }

    /// <summary>How long a continue token is good for; null means as long as the server remembers its version.</summary>
    public TimeSpan? ContinueTokenLifetime { get; set; }

    /// <summary>How often an idle watch gets a bookmark.</summary>
    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a watch lasts that names no timeout.</summary>
    public TimeSpan WatchTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How many changes of a kind are remembered for watches and continued lists; older versions are too old.</summary>
    public int RememberedChanges { get; set; } = 10_000;

    /// <summary>How long after a definition was written its kind is served.</summary>
    public TimeSpan EstablishDelay { get; set; }

    /// <summary>Whether the last runs of CronJobs stay as long ago as they were at the start, each minute anew.</summary>
    public bool KeepsSchedules { get; set; }

    /// <summary>The certificate to speak TLS with, and then HTTP/2 to who can; null speaks cleartext and HTTP/1.1.</summary>
    public X509Certificate2? Certificate { get; set; }

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public static string PackagedRecording => Path.Combine(AppContext.BaseDirectory, "fixtures", "recorded");
}
