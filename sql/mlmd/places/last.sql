-- The last row of EventPath.
-- Parameters: none.
-- Columns: its number, its event's id.
SELECT rowid, event_id FROM main.EventPath ORDER BY rowid DESC LIMIT 1;
