-- Diagnostic requests, which agents find by polling, and their results.

CREATE TABLE diagnostic_requests (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    deployment_object_id UUID NOT NULL REFERENCES deployment_objects(id) ON DELETE CASCADE,
    status VARCHAR(20) NOT NULL DEFAULT 'pending',
    requested_by VARCHAR(255),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    claimed_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,        -- how often it was claimed; names the claim that may finish it
    lease_expires_at TIMESTAMPTZ,              -- until when the present claim holds
    error TEXT,                                -- why it failed, expired or was cancelled; a line per lost attempt before
    CONSTRAINT known_diagnostic_status CHECK (status IN ('pending', 'claimed', 'completed', 'failed', 'expired', 'cancelled'))
);

CREATE INDEX idx_diagnostic_requests_agent_pending
    ON diagnostic_requests(agent_id) WHERE status = 'pending';
CREATE INDEX idx_diagnostic_requests_expires
    ON diagnostic_requests(expires_at);
CREATE INDEX idx_diagnostic_requests_object
    ON diagnostic_requests(deployment_object_id, created_at DESC, id DESC);

-- One open request per agent and deployment object, whatever races.
CREATE UNIQUE INDEX idx_diagnostic_requests_open
    ON diagnostic_requests(agent_id, deployment_object_id) WHERE status IN ('pending', 'claimed');

CREATE TABLE diagnostic_results (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    request_id UUID NOT NULL REFERENCES diagnostic_requests(id) ON DELETE CASCADE,
    pod_statuses JSONB NOT NULL,
    events JSONB NOT NULL,
    log_tails JSONB,
    previous_log_tails JSONB,
    completeness JSONB,
    redaction JSONB,
    collected_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT unique_diagnostic_result UNIQUE (request_id)
);

CREATE INDEX idx_diagnostic_results_request
    ON diagnostic_results(request_id);
