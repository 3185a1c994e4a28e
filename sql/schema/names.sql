-- What the file holds.
-- Columns: the name of each table and index.
SELECT name FROM sqlite_master;
