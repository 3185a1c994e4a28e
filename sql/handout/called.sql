-- Who has a name.
-- Parameters: the type's id, the name.
-- Columns: the node's id; none or one row.
SELECT id FROM taken_name WHERE type_id = ? AND name = ?;
