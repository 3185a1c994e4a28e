-- How many nodes of a kind there are of each type.
-- Placeholders: table.
-- Parameters: none.
-- Columns: type_id, number; by type_id.
SELECT node.type_id, COUNT(*) FROM /*table*/ AS node GROUP BY node.type_id ORDER BY node.type_id;
