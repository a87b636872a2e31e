-- What stands is told by the view, not by the row of the document.

COMMENT ON COLUMN deployment_health.checked_at IS
    'when the agent looked at what this row holds, by its own clock; the API answers standing_placements.checked_at, which confirmations move on';
