-- What a result says first, and what surrounds the pods; null in results that were stored before.

ALTER TABLE diagnostic_results
    ADD COLUMN findings JSONB,  -- what is wrong, the likeliest cause first
    ADD COLUMN workloads JSONB, -- how far each workload is
    ADD COLUMN nodes JSONB,     -- the nodes that the pods are on
    ADD COLUMN claims JSONB,    -- the claims that the pods mount
    ADD COLUMN quotas JSONB;    -- the quotas of the namespaces
