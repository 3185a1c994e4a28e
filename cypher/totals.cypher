// How much there is in all.
//
// Parameters: none.
// Columns: for each part how many there are (artifacts, …, parents) and, but for parents, the highest id, or number in the
//   order of insertion (last_artifact, …; null without any); the earliest creation and the latest update of a node (null
//   without any).
CALL () { MATCH (node:Artifact) RETURN count(node) AS artifacts }
CALL () { MATCH (node:Artifact) RETURN max(node.id) AS last_artifact }
CALL () { MATCH (node:Artifact) RETURN min(node.created) AS first_artifact }
CALL () { MATCH (node:Artifact) RETURN max(node.updated) AS latest_artifact }
CALL () { MATCH (node:Execution) RETURN count(node) AS executions }
CALL () { MATCH (node:Execution) RETURN max(node.id) AS last_execution }
CALL () { MATCH (node:Execution) RETURN min(node.created) AS first_execution }
CALL () { MATCH (node:Execution) RETURN max(node.updated) AS latest_execution }
CALL () { MATCH (node:Context) RETURN count(node) AS contexts }
CALL () { MATCH (node:Context) RETURN max(node.id) AS last_context }
CALL () { MATCH (node:Context) RETURN min(node.created) AS first_context }
CALL () { MATCH (node:Context) RETURN max(node.updated) AS latest_context }
CALL () { MATCH ()-[edge:EVENT]->() RETURN count(edge) AS events }
CALL () { MATCH ()-[edge:EVENT]->() RETURN max(edge.id) AS last_event }
CALL () { MATCH ()-[edge:ATTRIBUTION]->() RETURN count(edge) AS attributions }
CALL () { MATCH ()-[edge:ATTRIBUTION]->() RETURN max(edge.order) AS last_attribution }
CALL () { MATCH ()-[edge:ASSOCIATION]->() RETURN count(edge) AS associations }
CALL () { MATCH ()-[edge:ASSOCIATION]->() RETURN max(edge.order) AS last_association }
CALL () { MATCH ()-[edge:PARENT_CONTEXT]->() RETURN count(edge) AS parents }
CALL (first_artifact, first_execution, first_context) {
  UNWIND [first_artifact, first_execution, first_context] AS time
  RETURN min(time) AS earliest
}
CALL (latest_artifact, latest_execution, latest_context) {
  UNWIND [latest_artifact, latest_execution, latest_context] AS time
  RETURN max(time) AS latest
}
RETURN artifacts, last_artifact, executions, last_execution, contexts, last_context, events, last_event,
  attributions, last_attribution, associations, last_association, parents, earliest, latest
