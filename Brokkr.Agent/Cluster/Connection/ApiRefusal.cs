using System.Net;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>The API server refuses, in its own words.</summary>
/// <param name="message">What it says.</param>
/// <param name="status">With which status.</param>
/// <param name="retryAfter">How long it asks to be left alone; null where it asks for nothing.</param>
internal sealed class ApiRefusal(string message, HttpStatusCode status, TimeSpan? retryAfter) : HttpRequestException(message, null, status)
{
    /// <summary>A server whose clock or whose proxy is wrong shall not silence the agent for a day.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether the API server is there, and only one request was refused or not answered in time.</summary>
    public static bool IsOfOneRequest(Exception e) => e is HttpRequestException { StatusCode: not null } or TimeoutException;

    public static async Task<ApiRefusal> OfAsync(HttpResponseMessage response, CancellationToken ct) =>
        new(await KubeClient.ReasonAsync(response, ct), response.StatusCode, WaitOf(response));

    /// <summary>How long an answer asks to be left alone; null where it asks for nothing.</summary>
    public static TimeSpan? WaitOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } wait ? (wait < Longest ? wait : Longest) : null;
}
