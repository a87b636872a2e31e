-- What is wrong for long enough, and whom it was told.

CREATE TABLE alert_receivers (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name VARCHAR(253) COLLATE "C" NOT NULL,
    kind VARCHAR(20) NOT NULL,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    problem TEXT NOT NULL DEFAULT '',          -- why the broker itself switched it off
    resume_at TIMESTAMPTZ NOT NULL DEFAULT '-infinity', -- it wants nothing before
    provisioned BOOLEAN NOT NULL DEFAULT FALSE,
    settings JSONB NOT NULL,                   -- what everyone may see
    sealed BYTEA NOT NULL,                     -- URL and secrets, encrypted
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    delivered_at TIMESTAMPTZ,
    last_error TEXT NOT NULL DEFAULT '',
    CONSTRAINT unique_alert_receiver_name UNIQUE (name)
);

CREATE TABLE alert_rules (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name VARCHAR(253) COLLATE "C" NOT NULL,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    provisioned BOOLEAN NOT NULL DEFAULT FALSE,
    settings JSONB NOT NULL,                   -- AlertRule of the contracts
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT unique_alert_rule_name UNIQUE (name)
);

INSERT INTO alert_rules (name, settings) VALUES ('everything', '{}');

-- One row per thing that is wrong and rule that means it. Names stand as they were, since what they name may be gone.
CREATE TABLE alerts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    rule_id UUID REFERENCES alert_rules(id) ON DELETE SET NULL,
    rule_name VARCHAR(253) NOT NULL,
    agent_id UUID NOT NULL,
    agent_name VARCHAR(253) NOT NULL,
    stack_id UUID,                             -- null for a silent agent
    stack_name VARCHAR(253) NOT NULL DEFAULT '',
    name VARCHAR(253) COLLATE "C" NOT NULL DEFAULT '', -- of the deployment object, whatever its revision
    deployment_object_id UUID,
    revision INTEGER NOT NULL DEFAULT 0,
    revised_at TIMESTAMPTZ,                    -- when that revision was submitted
    group_key VARCHAR(600) NOT NULL,
    status VARCHAR(20) NOT NULL,
    previous VARCHAR(20) NOT NULL,             -- what it was before
    since TIMESTAMPTZ NOT NULL,
    conditions TEXT[] NOT NULL DEFAULT '{}',
    digest UUID,                               -- of the report from which the next three are
    pods_ready INTEGER NOT NULL DEFAULT 0,
    pods_total INTEGER NOT NULL DEFAULT 0,
    finding JSONB,                             -- the first one of the report
    opened_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    changed_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    well_since TIMESTAMPTZ,                    -- while it recovers
    frozen BOOLEAN NOT NULL DEFAULT FALSE,     -- its agent is silent
    ended_at TIMESTAMPTZ,
    reason VARCHAR(20) NOT NULL DEFAULT '',
    acknowledged_at TIMESTAMPTZ,
    acknowledged_by VARCHAR(253) NOT NULL DEFAULT '',
    acknowledged_status VARCHAR(20) NOT NULL DEFAULT '',
    comment TEXT NOT NULL DEFAULT ''
) WITH (fillfactor = 70);

CREATE UNIQUE INDEX idx_alerts_open ON alerts(rule_id, agent_id, stack_id, name) NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE INDEX idx_alerts_newest ON alerts((ended_at IS NULL), opened_at, id);
CREATE INDEX idx_alerts_group ON alerts(rule_name, group_key) WHERE ended_at IS NULL;
CREATE INDEX idx_alerts_ended ON alerts(ended_at) WHERE ended_at IS NOT NULL;

-- What each receiver was told of each alert last: what differs from it is still to be told.
CREATE TABLE alert_tellings (
    alert_id UUID NOT NULL REFERENCES alerts(id) ON DELETE CASCADE,
    receiver_id UUID NOT NULL REFERENCES alert_receivers(id) ON DELETE CASCADE,
    status VARCHAR(20) NOT NULL,               -- of the alert, or 'resolved'
    delivery_id UUID,                          -- the message that said so; null for an Alertmanager
    PRIMARY KEY (alert_id, receiver_id)
);

CREATE INDEX idx_alert_tellings_receiver ON alert_tellings(receiver_id);
CREATE INDEX idx_alert_tellings_delivery ON alert_tellings(delivery_id);
CREATE INDEX idx_alert_tellings_open ON alert_tellings(alert_id) WHERE status <> 'resolved';

-- When a receiver was told of a group last.
CREATE TABLE alert_groups (
    receiver_id UUID NOT NULL REFERENCES alert_receivers(id) ON DELETE CASCADE,
    rule_name VARCHAR(253) NOT NULL,
    group_key VARCHAR(600) NOT NULL,
    told_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (receiver_id, rule_name, group_key)
) WITH (fillfactor = 70);

-- Messages, written in the transaction that notes that they were told.
CREATE TABLE alert_deliveries (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    number BIGINT GENERATED ALWAYS AS IDENTITY, -- order
    receiver_id UUID NOT NULL REFERENCES alert_receivers(id) ON DELETE CASCADE,
    rule_name VARCHAR(253) NOT NULL,
    group_key VARCHAR(600) NOT NULL,
    type VARCHAR(20) NOT NULL,
    body JSONB NOT NULL,
    alerts INTEGER NOT NULL,
    state VARCHAR(20) NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    retry_until TIMESTAMPTZ NOT NULL DEFAULT NOW() + INTERVAL '24 hours',
    next_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    claimed_until TIMESTAMPTZ,                 -- a broker sends it
    delivered_at TIMESTAMPTZ,
    last_error TEXT NOT NULL DEFAULT ''
) WITH (fillfactor = 70);

CREATE INDEX idx_alert_deliveries_due ON alert_deliveries(next_at) WHERE state = 'pending';
CREATE INDEX idx_alert_deliveries_group ON alert_deliveries(receiver_id, rule_name, group_key, number) WHERE state = 'pending';
CREATE INDEX idx_alert_deliveries_receiver ON alert_deliveries(receiver_id, created_at);
CREATE INDEX idx_alert_deliveries_number ON alert_deliveries(number);

CREATE TABLE alert_silences (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    settings JSONB NOT NULL,                   -- AlertSilence of the contracts
    starts_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    ends_at TIMESTAMPTZ NOT NULL DEFAULT 'infinity',
    created_by VARCHAR(253) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX idx_alert_silences_created ON alert_silences(created_at, id);

-- Which broker looks after alerts, and since when somebody does without a gap: silence before that is the broker's own.
CREATE TABLE alert_watch (
    one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    holder UUID,
    held_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
    seen_at TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
    watching_since TIMESTAMPTZ NOT NULL DEFAULT NOW()
) WITH (fillfactor = 20);

INSERT INTO alert_watch DEFAULT VALUES;
