// Remove edges, and say which of some nodes still have one. These nodes are locked first, so that what is read then is
// what was committed last.
//
// Parameters:
//   artifacts, executions, contexts   ids of the nodes, ascending: everybody locks in that order
//   events                            ids
//   attributions, associations        {node, context}
//   parents                           {child, parent}
// Columns: artifacts, executions, contexts: the ids of those that still have an edge, of whatever type.
CALL () {
  UNWIND $artifacts AS id
  MATCH (node:Artifact {id: id})
  SET node.id = id
}
CALL () {
  UNWIND $executions AS id
  MATCH (node:Execution {id: id})
  SET node.id = id
}
CALL () {
  UNWIND $contexts AS id
  MATCH (node:Context {id: id})
  SET node.id = id
}
// What stands for an artifact that is not there goes with its last event.
CALL () {
  UNWIND $events AS id
  MATCH (node:MissingArtifact)-[:EVENT {id: id}]-()
  WITH DISTINCT node
  SET node.id = node.id
  RETURN collect(node) AS missing
}
CALL () {
  UNWIND $events AS id
  MATCH ()-[event:EVENT {id: id}]->()
  DELETE event
}
CALL (missing) {
  UNWIND missing AS node
  WITH node WHERE NOT EXISTS { (node)--() }
  DELETE node
}
CALL () {
  UNWIND $attributions AS row
  MATCH (node:Artifact {id: row.node})
  MATCH (context:Context {id: row.context})
  MATCH (node)-[membership:ATTRIBUTION]->(context)
  DELETE membership
}
CALL () {
  UNWIND $associations AS row
  MATCH (node:Execution {id: row.node})
  MATCH (context:Context {id: row.context})
  MATCH (node)-[membership:ASSOCIATION]->(context)
  DELETE membership
}
CALL () {
  UNWIND $parents AS row
  MATCH (child:Context {id: row.child})
  MATCH (parent:Context {id: row.parent})
  MATCH (child)-[link:PARENT_CONTEXT]->(parent)
  DELETE link
}
RETURN
  COLLECT {
    UNWIND $artifacts AS id
    MATCH (node:Artifact {id: id}) WHERE EXISTS { (node)--() }
    RETURN id
  } AS artifacts,
  COLLECT {
    UNWIND $executions AS id
    MATCH (node:Execution {id: id}) WHERE EXISTS { (node)--() }
    RETURN id
  } AS executions,
  COLLECT {
    UNWIND $contexts AS id
    MATCH (node:Context {id: id}) WHERE EXISTS { (node)--() }
    RETURN id
  } AS contexts
