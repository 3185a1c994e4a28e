-- The highest id given so far, of each thing that is counted: AUTOINCREMENT keeps it, whoever inserts.
-- Columns: name of the table, id.
SELECT name, seq FROM sqlite_sequence;
