-- What was noted under a name; nobody else changes it until the transaction ends.
-- Parameters: the name.
-- Columns: the text, as bytes.
SELECT text FROM graphmeta_note WHERE name = ? FOR UPDATE;
