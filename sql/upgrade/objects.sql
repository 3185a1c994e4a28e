-- The indexes and triggers on a table that somebody made; those that SQLite made itself have no text.
-- Parameters: the table's name.
-- Columns: type (index, trigger), name.
SELECT type, name FROM sqlite_master WHERE tbl_name = ? AND type <> 'table' AND sql IS NOT NULL;
