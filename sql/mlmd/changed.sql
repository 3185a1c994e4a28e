-- The nodes of a kind that were updated at a time or later, up to an id.
-- Placeholders: table.
-- Parameters: milliseconds since the epoch, the id.
-- Columns: id; ascending.
SELECT node.id FROM /*table*/ AS node WHERE node.last_update_time_since_epoch >= ? AND node.id <= ? ORDER BY node.id;
