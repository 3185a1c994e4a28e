-- The columns of a table.
-- Parameters: the table's name.
-- Columns: name; in the table's order.
SELECT name FROM pragma_table_info(?) ORDER BY cid;
