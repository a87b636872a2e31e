-- Messages that were given up are counted often, and few.
CREATE INDEX idx_alert_deliveries_dead ON alert_deliveries(receiver_id, rule_name, group_key) WHERE state = 'dead';
