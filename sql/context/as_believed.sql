-- Whether a context has this id, type and name.
-- Parameters: id, type_id, name.
-- Columns: 1, in one row, or no row.
SELECT 1 FROM Context WHERE id = ? AND type_id = ? AND name = ?;
