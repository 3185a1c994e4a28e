// Optional, graphmeta does not need it: artifacts by words of their display name and URI, as in
// CALL db.index.fulltext.queryNodes('graphmeta_artifact_search', 'churn'). It follows the writes within
// moments, and made a put slower by 1.5 ms where the whole put takes 2.8.
// Parameters: none. Columns: none.
CREATE FULLTEXT INDEX graphmeta_artifact_search IF NOT EXISTS
FOR (node:Artifact) ON EACH [node.display_name, node.uri]
OPTIONS {indexConfig: {`fulltext.eventually_consistent`: true}}
