// Walk against the flow of the data: what these nodes come from,
// the start included, and bring the events that it crosses.
//
// Placeholders: kind (a label), hops (one less than the walk's, empty for all: the crossing of the events from
//   what is reached within them is the last hop).
// Parameters: ids.
// Columns: artifact_ids, execution_ids, missing_artifact_ids (of artifacts that events name and that do not
//   exist): lists of what is reached before the last hop,
//   missing_far_ids: a list of lists of ids of missing artifacts that the events lead to,
//   events: a list of [type, path, ids, artifact_ids, execution_ids, times], the last four lists of equal
//   length: a path is sent once for all events that have it, because texts cost the driver most.
MATCH (start:/*kind*/) WHERE start.id IN $ids
MATCH (start)<-[:EVENT*0../*hops*/]-(node)
WITH DISTINCT node
WITH collect(node) AS reached
CALL (reached) {
  UNWIND reached AS node
  MATCH (node)<-[event:EVENT]-(far)
  WITH event.type AS type, event.path AS path, collect(event.id) AS ids, collect(event.artifact_id) AS artifact_ids,
    collect(event.execution_id) AS execution_ids, collect(event.time) AS times,
    collect(DISTINCT CASE WHEN far:MissingArtifact THEN far.id END) AS missing
  RETURN collect([type, path, ids, artifact_ids, execution_ids, times]) AS events,
    collect(missing) AS missing_far_ids
}
RETURN [node IN reached WHERE node:Artifact | node.id] AS artifact_ids,
  [node IN reached WHERE node:Execution | node.id] AS execution_ids,
  [node IN reached WHERE node:MissingArtifact | node.id] AS missing_artifact_ids, missing_far_ids, events
