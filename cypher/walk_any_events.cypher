// Walk along the events either way, changing direction on the way: what hangs together with these nodes,
// the start included, and bring the events whose two ends it reached.
//
// Placeholders: kind (a label); any (so many node steps along the events that way); by_then (as of some time: what had happened).
// Parameters: ids; at (as of some time).
// Columns: artifact_ids, execution_ids, missing_artifact_ids (of artifacts that events name and that do not
//   exist): lists,
//   events: a list of [type, path, ids, artifact_ids, execution_ids, times], the last four lists of equal
//   length: a path is sent once for all events that have it, because texts cost the driver most.
// The starts are unwound, not found by IN: of a unique property the planner takes IN for one row, and leaves out
// DISTINCT, so that what two starts reach would come twice (seen on 5.26.20).
UNWIND $ids AS id
MATCH (start:/*kind*/ {id: id})
MATCH (start)/*any*/(node)
WITH DISTINCT node
WITH collect(node) AS reached
CALL (reached) {
  UNWIND reached AS node
  MATCH (node)-[event:EVENT]->(far) WHERE far IN reached/*by_then*/
  WITH event.type AS type, coalesce(event.path, []) AS path, collect(event.id) AS ids, collect(event.artifact_id) AS artifact_ids,
    collect(event.execution_id) AS execution_ids, collect(coalesce(event.time, 0)) AS times
  RETURN collect([type, path, ids, artifact_ids, execution_ids, times]) AS events
}
RETURN [node IN reached WHERE node:Artifact | node.id] AS artifact_ids,
  [node IN reached WHERE node:Execution | node.id] AS execution_ids,
  [node IN reached WHERE node:MissingArtifact | node.id] AS missing_artifact_ids, events
