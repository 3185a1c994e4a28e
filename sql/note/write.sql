-- Note a text under a name, in place of what was noted there.
-- Parameters: name, text.
INSERT INTO graphmeta_note (name, text) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET text = excluded.text;
