-- The counters that are behind the highest id that is there, as rows that were changed by hand leave them.
-- Columns: name of the table, its highest id.
SELECT highest.name, highest.id FROM (
    SELECT 'Artifact' AS name, MAX(id) AS id FROM Artifact
    UNION ALL SELECT 'Execution', MAX(id) FROM Execution
    UNION ALL SELECT 'Context', MAX(id) FROM Context
    UNION ALL SELECT 'Event', MAX(id) FROM Event
    UNION ALL SELECT 'Type', MAX(id) FROM Type
) AS highest
JOIN sqlite_sequence AS counter ON counter.name = highest.name
WHERE highest.id > counter.seq;
