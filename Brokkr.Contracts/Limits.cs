namespace Brokkr.Contracts;

/// <summary>The bounds that broker and agent agree on. Lengths count UTF-16 characters, sizes count bytes.</summary>
public static class Limits
{
    /// <summary>Names of agents, stacks, deployment objects and of anything in Kubernetes.</summary>
    public const int NameLength = 253;

    /// <summary>Any sentence: messages of conditions, findings and errors.</summary>
    public const int MessageLength = 1024;

    /// <summary>Body of one request.</summary>
    public const int RequestBytes = 4 * 1024 * 1024;

    /// <summary>Deployment objects in one health report; the agent splits larger ones.</summary>
    public const int ReportItems = 1000;

    /// <summary>Items of any other list or map in a request, and lines of one log.</summary>
    public const int RepeatedItems = 1000;

    /// <summary>Messages within one request, on whichever level.</summary>
    public const int MessageItems = 50_000;

    /// <summary>Size of one health report on the wire; the agent splits larger ones.</summary>
    public const int ReportBytes = 3 * 1024 * 1024;

    /// <summary>The longest time between two reports that an agent may announce.</summary>
    public const int ReportIntervalSeconds = 3600;

    /// <summary>What is taken to be the time between two reports where an agent announces none.</summary>
    public const int DefaultReportIntervalSeconds = 60;

    /// <summary>The version that an agent announces.</summary>
    public const int VersionLength = 64;

    /// <summary>Conditions, resources and findings of one summary, each.</summary>
    public const int SummaryRows = 50;

    /// <summary>One condition word.</summary>
    public const int ConditionLength = 64;

    /// <summary>The manifests of one deployment object.</summary>
    public const int ManifestBytes = 1024 * 1024;

    /// <summary>Documents, and objects, in the manifests of one deployment object.</summary>
    public const int ManifestDocuments = 500;

    /// <summary>One page of target state.</summary>
    public const int TargetStatePageBytes = 3 * 1024 * 1024;

    /// <summary>One line of a log, after cleaning.</summary>
    public const int LogLineBytes = 4 * 1024;

    /// <summary>The log of one container, after cleaning.</summary>
    public const int ContainerLogBytes = 32 * 1024;

    /// <summary>The longest text in which secrets are looked for; what is beyond is withheld.</summary>
    public const int RedactedTextLength = 1024 * 1024;

    /// <summary>The longest part of a line in a log in which secrets are looked for; what is beyond is withheld.</summary>
    public const int RedactedLineLength = 16 * 1024;

    /// <summary>All texts of one report or one result in which secrets are looked for; those beyond are withheld.</summary>
    public const int RedactedCharacters = 16 * 1024 * 1024;

    /// <summary>One diagnostic result, after cleaning.</summary>
    public const int ResultBytes = 1024 * 1024;

    /// <summary>One diagnostic result as it is stored and answered, in JSON.</summary>
    public const int StoredResultBytes = 4 * 1024 * 1024;

    /// <summary>How long a poll for diagnostics may be held, in seconds.</summary>
    public const int PollWaitSeconds = 50;

    /// <summary>The requests in hand that a poll for diagnostics may name.</summary>
    public const int PollHeld = 100;

    /// <summary>The word by which a claim is found again.</summary>
    public const int ClaimKeyLength = 64;

    /// <summary>The most rows that a page may hold.</summary>
    public const int PageSize = 500;

    /// <summary>Rows of a page where the caller names no size.</summary>
    public const int DefaultPageSize = 50;
}
