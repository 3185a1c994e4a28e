// Artifacts by words of their display name and URI:
// CALL db.index.fulltext.queryNodes('graphmeta_artifact_search', 'churn'). It follows the writes within moments
// rather than at once, so that no put waits for it.
// Parameters: none. Columns: none.
CREATE FULLTEXT INDEX graphmeta_artifact_search IF NOT EXISTS
FOR (node:Artifact) ON EACH [node.display_name, node.uri]
OPTIONS {indexConfig: {`fulltext.eventually_consistent`: true}}
