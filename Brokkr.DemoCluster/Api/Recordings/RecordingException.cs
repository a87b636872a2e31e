namespace Brokkr.DemoCluster.Api.Recordings;

/// <summary>The recording cannot be served; the message says which file and what to do.</summary>
internal sealed class RecordingException(string message) : Exception(message);
