-- Which of some executions have an edge of any kind.
-- Parameters: their ids as a JSON array.
-- Columns: id.
SELECT node.id
FROM json_each(?) AS wanted
CROSS JOIN Execution AS node ON node.id = wanted.value
WHERE EXISTS (SELECT 1 FROM Event WHERE Event.execution_id = node.id)
    OR EXISTS (SELECT 1 FROM Association WHERE Association.execution_id = node.id)
ORDER BY node.id;
