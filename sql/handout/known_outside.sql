-- Who has an external id.
-- Parameters: the kind, the external id.
-- Columns: the node's id; none or one row.
SELECT id FROM taken_external_id WHERE kind = ? AND external_id = ?;
