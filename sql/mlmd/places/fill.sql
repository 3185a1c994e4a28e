-- Notes the places of steps behind a row.
-- Parameters: the row's number.
INSERT INTO temp.place_of_step (event_id, place)
SELECT event_id, rowid FROM main.EventPath WHERE rowid > ? AND event_id IS NOT NULL ORDER BY event_id, rowid;
