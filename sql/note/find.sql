-- What was noted under a name.
-- Parameters: the name.
-- Columns: the text.
SELECT text FROM graphmeta_note WHERE name = ?;
