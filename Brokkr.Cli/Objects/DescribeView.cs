using Brokkr.Cli.Alerts;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;
using Brokkr.Contracts.Text;

namespace Brokkr.Cli.Objects;

/// <summary>What <c>brokkr describe</c> shows. Pure.</summary>
internal static class DescribeView
{
    private const int Findings = 5;
    private const int Resources = 10;

    public static Page Of(FoundObject found, DeploymentObjectHealth health, IReadOnlyList<HealthTransition> history,
        IReadOnlyList<Alert> alerts, DeploymentObject revision, DateTimeOffset now)
    {
        var agents = health.Agents.Where(a => found.Agent is null || a.AgentId == found.Agent.Id).ToList();
        var (status, since) = found.Agent is null ? (health.Status, health.Since)
            : (agents.Count > 0 ? agents[0].Status : "unknown", agents.Count > 0 ? agents[0].Since : null);
        var page = new Page();
        page.Line(new Piece($"{found}", Tone.Bold), " is ", Piece.Word(status), since is { } at
            ? $" for {Ages.Of(at, now)}, since {Ages.Exact(at)}" : "");
        page.Line($"Revision {revision.Revision}, submitted {Ages.Ago(revision.CreatedAt, now)}"
            + $"{(revision.CreatedBy is { Length: > 0 } by ? $" by {by}" : "")}"
            + $"{(revision.SupersededAt is { } over ? $", superseded {Ages.Ago(over, now)}" : "")}");
        AddWhy(page, agents, now);
        AddAlerts(page, alerts, now);
        AddChanges(page, history, now);
        AddAgents(page, agents, found.Agent is null ? health.AgentsTotal - agents.Count : 0, now);
        AddResources(page, agents);
        AddNext(page, found, agents, alerts);
        return page;
    }

    private static void AddWhy(Page page, List<AgentVerdict> agents, DateTimeOffset now)
    {
        var findings = agents.SelectMany(a => a.Summary.Findings.Select(f => (Agent: a, Finding: f)))
            .DistinctBy(f => (f.Finding.Condition, HealthWords.Where(f.Finding), f.Agent.AgentId)).ToList();
        var words = agents.Where(a => a.Summary.Findings.Count == 0 && a.Status != "healthy").SelectMany(a => a.Summary.Conditions)
            .Distinct().ToList();
        if (findings.Count + words.Count == 0)
            return;
        page.Space();
        page.Heading("WHY");
        foreach (var (agent, finding) in findings.Take(Findings))
        {
            var facts = HealthWords.Facts(finding, now);
            page.Line(2, Piece.Word(finding.Severity), $" {finding.Condition}  {HealthWords.Where(finding)} on {agent.AgentName}"
                + $"{(facts.Length > 0 ? $", {facts}" : "")}");
            if (finding.Message.Length > 0)
                page.Line(4, finding.Message);
            AddAdvice(page, finding.Condition);
        }

        var more = Math.Max(0, findings.Count - Findings) + agents.Sum(a => a.Summary.FindingsOmitted);
        if (more > 0)
            page.Line(2, new Piece($"and {more} more", Tone.Dim));
        foreach (var word in words)
        {
            page.Line(2, new Piece(word, Tone.Unknown));
            AddAdvice(page, word);
        }
    }

    private static void AddAdvice(Page page, string condition)
    {
        if (ConditionGuide.Of(condition) is { } note)
            page.Line(4, new Piece($"{note.Means} {note.Advice}", Tone.Dim));
    }

    private static void AddAlerts(Page page, IReadOnlyList<Alert> alerts, DateTimeOffset now)
    {
        if (alerts.Count == 0)
            return;
        page.Space();
        page.Heading("ALERTS");
        page.Table(AlertView.Table(alerts, false, now), indent: 2);
    }

    private static void AddChanges(Page page, IReadOnlyList<HealthTransition> history, DateTimeOffset now)
    {
        if (history.Count == 0)
            return;
        page.Space();
        page.Heading("WHAT CHANGED");
        page.Table(HistoryCommand.Table(history, now), indent: 2);
    }

    private static void AddAgents(Page page, List<AgentVerdict> agents, int more, DateTimeOffset now)
    {
        page.Space();
        page.Heading("AGENTS");
        if (agents.Count == 0)
        {
            page.Line(2, "No agent is targeted at its stack.");
            return;
        }

        var grid = new Grid("AGENT", "STATUS", "PODS", "SINCE", "HEARD", "CONDITIONS");
        foreach (var a in agents)
        {
            grid.Add(a.AgentName, Piece.Word(a.Status), HealthWords.Pods(a.Summary), Ages.Of(a.Since, now), Ages.Ago(a.ReceivedAt, now),
                string.Join(", ", a.Summary.Conditions) + (a.LastKnownStatus is { } last ? $" (last known: {last})" : ""));
        }

        page.Table(grid, indent: 2);
        if (more > 0)
            page.Line(2, $"and {more} more, none of them worse");
    }

    private static void AddResources(Page page, List<AgentVerdict> agents)
    {
        var resources = agents.SelectMany(a => a.Summary.Resources.Select(r => (Agent: a, Resource: r))).ToList();
        if (resources.Count == 0)
            return;
        page.Space();
        page.Heading("RESOURCES");
        var grid = new Grid("STATUS", "RESOURCE", "AGENT", "MESSAGE");
        foreach (var (agent, r) in resources.OrderBy(r => r.Resource.Ready).Take(Resources))
            grid.Add(Piece.Word(r.Status), HealthWords.Where(r.Kind, r.Namespace, r.Name, ""), agent.AgentName, r.Message);
        page.Table(grid, indent: 2);
        var more = Math.Max(0, resources.Count - Resources) + agents.Sum(a => a.Summary.ResourcesOmitted);
        if (more > 0)
            page.Line(2, new Piece($"and {more} more", Tone.Dim));
    }

    private static void AddNext(Page page, FoundObject found, List<AgentVerdict> agents, IReadOnlyList<Alert> alerts)
    {
        page.Space();
        page.Heading("NEXT");
        if (agents.FirstOrDefault(a => a.Status != "healthy") is { } worst)
        {
            page.Line(2, $"brokkr diagnose {found.FullName}@{worst.AgentName} --wait");
            page.Line(2, $"brokkr logs {found.FullName}@{worst.AgentName}");
        }

        if (alerts.Any(a => a.AcknowledgedAt is null))
            page.Line(2, $"brokkr ack {found}");
        page.Line(2, $"brokkr history {found}");
    }
}
