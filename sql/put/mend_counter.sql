-- Let a counter go on after the highest id that is there.
-- Parameters: the highest id, the name of the table.
UPDATE sqlite_sequence SET seq = ? WHERE name = ?;
