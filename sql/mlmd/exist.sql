-- Which of some nodes of a kind are there.
-- Placeholders: table (Artifact, Execution, Context), ids (a ? for each).
-- Parameters: the ids.
-- Columns: id.
SELECT node.id FROM /*table*/ AS node WHERE node.id IN (/*ids*/);
