// Walk both ways from the same start: what it comes from and what comes of it, the start included.
//
// Placeholders: kind (a label); up, down (so many node steps along the events that way).
// Parameters: ids; at (as of some time).
// Columns: artifact_ids, execution_ids, missing_artifact_ids (of artifacts that events name and that do not
//   exist): lists. WITH DISTINCT makes the planner prune: each node is met once, however many ways lead there.
// The starts are unwound, not found by IN: of a unique property the planner takes IN for one row, and leaves out
// DISTINCT, so that what two starts reach would come twice (seen on 5.26.20).
CALL () {
  UNWIND $ids AS id
  MATCH (start:/*kind*/ {id: id})
  MATCH (start)/*up*/(node)
  RETURN DISTINCT node
  UNION
  UNWIND $ids AS id
  MATCH (start:/*kind*/ {id: id})
  MATCH (start)/*down*/(node)
  RETURN DISTINCT node
}
RETURN collect(CASE WHEN node:Artifact THEN node.id END) AS artifact_ids,
  collect(CASE WHEN node:Execution THEN node.id END) AS execution_ids,
  collect(CASE WHEN node:MissingArtifact THEN node.id END) AS missing_artifact_ids
