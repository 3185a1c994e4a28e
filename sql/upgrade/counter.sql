-- What a table counts ids from.
-- Parameters: the table's name.
-- Columns: seq.
SELECT seq FROM sqlite_sequence WHERE name = ?;
