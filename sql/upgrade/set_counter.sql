-- Let a table go on with its ids where the old one was.
-- Parameters: the table's name, the last id.
INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?);
