-- What became of every claim, and what makes a repeated call harmless.

ALTER TABLE diagnostic_requests
    ADD COLUMN attempt_errors TEXT[] NOT NULL DEFAULT '{}', -- a line for each claim that ended without a result, oldest first
    ADD COLUMN claim_key VARCHAR(64),                       -- the claimant's own word for the present claim: the same word gets the same claim
    ADD COLUMN answered_attempt INTEGER;                    -- the claim whose answer ended the request; null where no answer did

COMMENT ON COLUMN diagnostic_requests.expires_at IS
    'until when an open request may be claimed; from its end on, until when it and its result are readable';

UPDATE diagnostic_requests SET answered_attempt = attempt WHERE status = 'completed';

-- What one agent can claim, oldest first, however much the others have waiting.
CREATE INDEX idx_diagnostic_requests_agent_open
    ON diagnostic_requests(agent_id, created_at, id) WHERE status IN ('pending', 'claimed');

-- The claims whose lease ran out.
CREATE INDEX idx_diagnostic_requests_lease
    ON diagnostic_requests(lease_expires_at) WHERE status = 'claimed';
