-- The ids of the nodes of a kind, up to one.
-- Placeholders: table.
-- Parameters: the id.
-- Columns: id; ascending.
SELECT node.id FROM /*table*/ AS node WHERE node.id <= ? ORDER BY node.id;
