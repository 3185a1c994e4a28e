// Walk with the flow of the data: what comes of these nodes,
// the start included.
//
// Placeholders: kind (a label), hops (at most so many node steps; empty for all).
// Parameters: ids.
// Columns: artifact_ids, execution_ids, missing_artifact_ids (of artifacts that events name and that do not
//   exist): lists. WITH DISTINCT makes the planner prune: each node is met once, however many ways lead there.
MATCH (start:/*kind*/) WHERE start.id IN $ids
MATCH (start)-[:EVENT*0../*hops*/]->(node)
WITH DISTINCT node
RETURN collect(CASE WHEN node:Artifact THEN node.id END) AS artifact_ids,
  collect(CASE WHEN node:Execution THEN node.id END) AS execution_ids,
  collect(CASE WHEN node:MissingArtifact THEN node.id END) AS missing_artifact_ids
