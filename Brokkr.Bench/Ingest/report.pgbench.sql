-- One report of changed deployment objects: where {{statement}} stands the broker's own statement is put, with pgbench's variables for its parameters.
-- What the broker does besides (authentication, the agent's row, the session, the tally) is left out. Client :client_id reports for :own agents in
-- turn; :sequence rises, and the content changes with every round. The report itself was prepared in a table, as a request holds it.
\set sequence :sequence + 1
\set agent :client_id * :own + mod(:sequence, :own)
\set variant mod(:sequence / :own, :variants)
SELECT agents, epochs, ARRAY[:sequence::bigint] AS sequences, reports, ids, statuses, summaries, conditions, rollouts, digests, times FROM bench_reports WHERE agent = :agent AND variant = :variant \gset
{{statement}};
