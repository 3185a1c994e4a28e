-- Forget what a table counts ids from.
-- Parameters: the table's name.
DELETE FROM sqlite_sequence WHERE name = ?;
