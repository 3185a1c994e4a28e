-- Note another text under a name.
-- Parameters: the text as bytes, the name.
UPDATE graphmeta_note SET text = ? WHERE name = ?;
