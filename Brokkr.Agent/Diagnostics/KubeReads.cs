using System.Net;
using Brokkr.Agent.Cluster.Connection;

namespace Brokkr.Agent.Diagnostics;

/// <summary>What a diagnostic asks the API server for; a refusal is a value, with the word that the result has for it.</summary>
internal sealed class KubeReads(KubeClient client)
{
    /// <summary>What is read of one log at most; the end of it is kept.</summary>
    private const int LogBytes = 4 * 1024 * 1024;

    /// <summary>So much less is asked for where lines are too long.</summary>
    private const int LessLines = 8;

    private const string LongLines = "older lines were left out, since lines are long";

    /// <summary>
    /// Reads the tail of a container's log; a refusal is a value. The newest lines that fit are kept, whole; of a line that alone is too
    /// long, the beginning.
    /// </summary>
    public async Task<ReadAnswer> ReadLogAsync(
        string ns, string pod, string container, bool previous, int tailLines, int keepBytes, CancellationToken ct)
    {
        var path = $"api/v1/namespaces/{Uri.EscapeDataString(ns)}/pods/{Uri.EscapeDataString(pod)}/log"
            + $"?container={Uri.EscapeDataString(container)}"
            + (previous ? "&previous=true" : "");
        // The limit counts from the first of the lines: where it is met, the newest are missing, and fewer lines are asked for.
        for (var lines = tailLines; lines > 0; lines /= LessLines)
        {
            var answer = await ReadAsync($"{path}&tailLines={lines}&limitBytes={LogBytes}", "*/*", ct, keepBytes);
            if (answer.Bytes.AsSpan().StartsWith("unable to retrieve container logs"u8))
                return ReadAnswer.Refused("unavailable", "the node does not have the log any more");
            if (!answer.IsOk
                || (answer.Length < LogBytes && (answer.Length <= keepBytes || answer.Bytes.AsSpan().TrimEnd((byte)'\n').Length > 0)))
                return answer.Length > answer.Bytes.Length || lines < tailLines ? answer with { Message = LongLines } : answer;
        }

        var newest = await ReadAsync($"{path}&tailLines=1&limitBytes={keepBytes}", "*/*", ct);
        return newest.IsOk ? newest with { Message = LongLines } : newest;
    }

    /// <summary>Reads a whole answer; a refusal is a value.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="accept">The media type; JSON where it is null.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="keepBytes">More than so many bytes are not kept: the last lines are.</param>
    public async Task<ReadAnswer> ReadAsync(string path, string? accept, CancellationToken ct, int? keepBytes = null)
    {
        try
        {
            return await client.InTimeAsync(async within =>
            {
                using var response = await client.OpenAsync(path, accept, within);
                if (response.IsSuccessStatusCode && keepBytes is { } keep)
                {
                    var (tail, read) = await TailReader.ReadAsync(await response.Content.ReadAsStreamAsync(within), keep, within);
                    return new ReadAnswer(tail, "ok", "") { Length = read };
                }

                return response.IsSuccessStatusCode
                    ? new(await response.Content.ReadAsByteArrayAsync(within), "ok", "")
                    : ReadAnswer.Refused(OutcomeOf(response.StatusCode), await KubeClient.ReasonAsync(response, within));
            }, ct);
        }
        catch (TimeoutException)
        {
            return ReadAnswer.Refused("timed_out", "the API server did not answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ReadAnswer.Refused("failed", "the connection to the API server broke");
        }
    }

    private static string OutcomeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => "forbidden",
        HttpStatusCode.NotFound => "not_found",
        HttpStatusCode.BadRequest => "unavailable",
        _ => "failed",
    };
}
