-- A rule is known by its identifier: its name may change while its alerts go on. What ended keeps the identifier of a rule that is gone.
ALTER TABLE alerts DROP CONSTRAINT alerts_rule_id_fkey;
UPDATE alerts SET rule_id = md5(rule_name)::uuid WHERE rule_id IS NULL;
ALTER TABLE alerts ALTER COLUMN rule_id SET NOT NULL, DROP COLUMN changed_at;
DROP INDEX idx_alerts_group;
CREATE INDEX idx_alerts_group ON alerts(rule_id, group_key) WHERE ended_at IS NULL;

ALTER TABLE alert_groups ADD COLUMN rule_id UUID;
UPDATE alert_groups g SET rule_id = COALESCE((SELECT r.id FROM alert_rules r WHERE r.name = g.rule_name), md5(rule_name)::uuid);
ALTER TABLE alert_groups DROP CONSTRAINT alert_groups_pkey;
ALTER TABLE alert_groups DROP COLUMN rule_name, ADD PRIMARY KEY (receiver_id, rule_id, group_key);

ALTER TABLE alert_deliveries ADD COLUMN rule_id UUID; -- zeros where it is of no single rule
UPDATE alert_deliveries d SET rule_id = CASE rule_name WHEN '' THEN '00000000-0000-0000-0000-000000000000'
    ELSE COALESCE((SELECT r.id FROM alert_rules r WHERE r.name = d.rule_name), md5(rule_name)::uuid) END;
DROP INDEX idx_alert_deliveries_group, idx_alert_deliveries_dead;
ALTER TABLE alert_deliveries ALTER COLUMN rule_id SET NOT NULL, DROP COLUMN rule_name;
CREATE INDEX idx_alert_deliveries_group ON alert_deliveries(receiver_id, rule_id, group_key, number) WHERE state = 'pending';
CREATE INDEX idx_alert_deliveries_dead ON alert_deliveries(receiver_id, rule_id, group_key) WHERE state = 'dead';
