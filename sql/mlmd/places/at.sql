-- What lies in a row of EventPath.
-- Parameters: the row's number.
-- Columns: its event's id.
SELECT event_id FROM main.EventPath WHERE rowid = ?;
