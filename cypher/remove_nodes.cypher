// Remove nodes without edges. Neo4j refuses one that has an edge, also one that came a moment ago.
//
// Parameters: artifacts, executions, contexts: ids.
// Columns: none.
CALL () {
  UNWIND $artifacts AS id
  MATCH (node:Artifact {id: id})
  DELETE node
}
CALL () {
  UNWIND $executions AS id
  MATCH (node:Execution {id: id})
  DELETE node
}
CALL () {
  UNWIND $contexts AS id
  MATCH (node:Context {id: id})
  DELETE node
}
FINISH
