-- Times that no calendar of the API has, which were once taken in: each of them made every list that holds its row unreadable.

UPDATE placements SET checked_at = received_at WHERE checked_at >= '9999-01-01' OR checked_at < '0002-01-01';
UPDATE deployment_health SET checked_at = updated_at WHERE checked_at >= '9999-01-01' OR checked_at < '0002-01-01';
UPDATE agent_sessions SET checked_at = confirmed_at WHERE checked_at >= '9999-01-01' OR checked_at < '0002-01-01';
UPDATE diagnostic_results SET collected_at = created_at WHERE collected_at >= '9999-01-01' OR collected_at < '0002-01-01';
UPDATE paks SET expires_at = NOW() + INTERVAL '10 years' WHERE expires_at >= '9999-01-01';
