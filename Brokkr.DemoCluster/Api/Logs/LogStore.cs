using System.Collections.Concurrent;
using Brokkr.DemoCluster.Api.Recordings;

namespace Brokkr.DemoCluster.Api.Logs;

/// <summary>The logs of containers as raw bytes: those that were set while running, and those that were recorded.</summary>
internal sealed class LogStore(Recording recording)
{
    private readonly Dictionary<string, byte[]> _recorded = recording.ReadLogs();
    private readonly ConcurrentDictionary<(string Namespace, string Name), byte[]> _set = new();

    public void Set(string @namespace, string pod, string container, bool previous, byte[] log) =>
        _set[(@namespace, Name(pod, container, previous))] = log;

    public byte[]? Find(string @namespace, string pod, string container, bool previous) =>
        _set.GetValueOrDefault((@namespace, Name(pod, container, previous)))
            ?? _recorded.GetValueOrDefault($"{Name(pod, container, previous)}.log");

    /// <summary>The refusal that the real server gave instead of a log.</summary>
    public byte[]? FindRefusal(string pod, string container, bool previous) =>
        _recorded.GetValueOrDefault($"{Name(pod, container, previous)}.400.json");

    /// <summary>The name that the recorder gave to the file; built, never taken apart, since names of pods hold dots.</summary>
    private static string Name(string pod, string container, bool previous) => previous
        ? $"{pod}.{container}.previous"
        : $"{pod}.{container}";
}
