-- Note a text under a new name.
-- Parameters: the name, the text as bytes.
INSERT INTO graphmeta_note (name, text) VALUES (?, ?);
