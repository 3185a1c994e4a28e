-- A node takes an external id; an error where another node of its kind has it.
-- Parameters: the kind, the external id, the node's id.
INSERT INTO taken_external_id (kind, external_id, id) VALUES (?, ?, ?);
