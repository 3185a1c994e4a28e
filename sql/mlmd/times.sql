-- The earliest creation and the latest update of the nodes of a kind.
-- Placeholders: table.
-- Parameters: none.
-- Columns: milliseconds since the epoch (NULL without nodes).
SELECT MIN(node.create_time_since_epoch), MAX(node.last_update_time_since_epoch) FROM /*table*/ AS node;
