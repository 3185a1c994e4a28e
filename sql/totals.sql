-- How much there is in all.
-- Parameters: none.
-- Columns: for each part how many there are (artifacts, …, parents) and, but for parents, the highest id
-- (last_artifact, …; NULL without any); the earliest creation and the latest update of a node (NULL without any).
SELECT
    (SELECT COUNT(*) FROM Artifact) AS artifacts, (SELECT MAX(id) FROM Artifact) AS last_artifact,
    (SELECT COUNT(*) FROM Execution) AS executions, (SELECT MAX(id) FROM Execution) AS last_execution,
    (SELECT COUNT(*) FROM Context) AS contexts, (SELECT MAX(id) FROM Context) AS last_context,
    (SELECT COUNT(*) FROM Event) AS events, (SELECT MAX(id) FROM Event) AS last_event,
    (SELECT COUNT(*) FROM Attribution) AS attributions, (SELECT MAX(id) FROM Attribution) AS last_attribution,
    (SELECT COUNT(*) FROM Association) AS associations, (SELECT MAX(id) FROM Association) AS last_association,
    (SELECT COUNT(*) FROM ParentContext) AS parents,
    (SELECT MIN(time) FROM (
        SELECT MIN(create_time_since_epoch) AS time FROM Artifact
        UNION ALL SELECT MIN(create_time_since_epoch) AS time FROM Execution
        UNION ALL SELECT MIN(create_time_since_epoch) AS time FROM Context
    )) AS earliest,
    (SELECT MAX(time) FROM (
        SELECT MAX(last_update_time_since_epoch) AS time FROM Artifact
        UNION ALL SELECT MAX(last_update_time_since_epoch) AS time FROM Execution
        UNION ALL SELECT MAX(last_update_time_since_epoch) AS time FROM Context
    )) AS latest;
