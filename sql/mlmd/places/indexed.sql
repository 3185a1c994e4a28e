-- Whether a SQLite file has an index that finds the steps of an event: schemas before 7 have none.
-- Parameters: none.
-- Columns: 1; a row for each such index.
SELECT 1
FROM pragma_index_list('EventPath') AS list, pragma_index_info(list.name) AS part
WHERE part.seqno = 0 AND lower(part.name) = 'event_id';
