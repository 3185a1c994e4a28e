// Write one put, whole or not at all, unless its key was written before or something that it builds on
// is not there: then only say so.
//
// Parameters:
//   key, time, expires      the put's key; now, and when it may be forgotten (null: never), in milliseconds
//   uses                    types that must be there: {id, kind, name, declared: {prop_…: 'DOUBLE', …}, has_base}
//   reuses                  contexts that must be as believed: {id, type_id, name}
//   required                {artifacts, executions, contexts}: ids that must be there
//   created                 {artifacts, executions, contexts}: new nodes {id, labels, values}
//   replaced                {artifacts, executions, contexts}: nodes that are there, likewise
//   dangling                ids of artifacts that events name and that need not be there
//   inputs, outputs         events, as the properties of their relationships
//   attributions, associations   {node, context, order, new}; new: the put creates the node itself, so that
//                           nobody else can be joining it to the context at the same time
//   parents                 {child, parent}
//   counters                {name, next}: sequences that ids given from outside have overtaken
//   written                 {artifacts, executions, contexts}: the ids to remember under the key
// Columns: known (the ids remembered under the key, null if it is new), stale_types, stale_contexts, missing_artifacts,
//   missing_executions, missing_contexts, taken_parents: lists, all empty if the put was written.
// In the place of /*seldom*/ comes `put_seldom` where there is something replaced, dangling, counted or a parent, or a
// new context: what is there comes before what is new.
// The plan seeks by unique ids whatever the database holds, and planning takes a third of a second: so it is
// never planned again because the database grew.
CYPHER replan=skip
OPTIONAL MATCH (known:GraphmetaPut {key: $key})
WITH known,
  COLLECT {
    UNWIND $uses AS use
    OPTIONAL MATCH (type:Type {id: use.id})
    WITH use, type
    WHERE type IS NULL OR type.kind <> use.kind OR type.name <> use.name
      OR use.has_base <> EXISTS { (type)-[:BASE_TYPE]->() }
      OR any(key IN keys(use.declared) WHERE type[key] IS NULL OR type[key] <> use.declared[key])
    RETURN use.id
  } AS stale_types,
  COLLECT {
    UNWIND $reuses AS use
    WITH use WHERE NOT EXISTS { (:Context {id: use.id, type_id: use.type_id, name: use.name}) }
    RETURN use.id
  } AS stale_contexts,
  COLLECT {
    UNWIND $required.artifacts + [row IN $replaced.artifacts | row.id] AS id
    WITH id WHERE NOT EXISTS { (:Artifact {id: id}) }
    RETURN id
  } AS missing_artifacts,
  COLLECT {
    UNWIND $required.executions + [row IN $replaced.executions | row.id] AS id
    WITH id WHERE NOT EXISTS { (:Execution {id: id}) }
    RETURN id
  } AS missing_executions,
  COLLECT {
    UNWIND $required.contexts + [row IN $replaced.contexts | row.id] AS id
    WITH id WHERE NOT EXISTS { (:Context {id: id}) }
    RETURN id
  } AS missing_contexts,
  COLLECT {
    UNWIND $parents AS link
    WITH link WHERE EXISTS { (:Context {id: link.child})-[:PARENT_CONTEXT]->(:Context {id: link.parent}) }
    RETURN [link.child, link.parent]
  } AS taken_parents
WITH *, known IS NULL AND size(stale_types) + size(stale_contexts) + size(missing_artifacts)
  + size(missing_executions) + size(missing_contexts) + size(taken_parents) = 0 AS good
CALL (good) {
  WITH good WHERE good
  CALL () {
    CREATE (:GraphmetaPut {key: $key, time: $time, expires: $expires, artifact_ids: $written.artifacts,
      execution_ids: $written.executions, context_ids: $written.contexts})
  }
  /*seldom*/
  // An event may have named a new artifact before it was there.
  CALL () {
    UNWIND $created.artifacts AS row
    OPTIONAL MATCH (missing:MissingArtifact {id: row.id})
    CALL (row, missing) {
      WITH row, missing WHERE missing IS NULL
      CREATE (node:Artifact:$(row.labels))
      SET node = row.values
    }
    CALL (row, missing) {
      WITH row, missing WHERE missing IS NOT NULL
      REMOVE missing:MissingArtifact
      SET missing:Artifact:$(row.labels)
      SET missing = row.values
    }
  }
  CALL () {
    UNWIND $created.executions AS row
    CREATE (node:Execution:$(row.labels))
    SET node = row.values
  }
  // Events point the way the data flows.
  CALL () {
    UNWIND $inputs AS row
    MATCH (artifact:Artifact|MissingArtifact {id: row.artifact_id})
    MATCH (execution:Execution {id: row.execution_id})
    CREATE (artifact)-[event:EVENT]->(execution)
    SET event = row
  }
  CALL () {
    UNWIND $outputs AS row
    MATCH (artifact:Artifact|MissingArtifact {id: row.artifact_id})
    MATCH (execution:Execution {id: row.execution_id})
    CREATE (artifact)<-[event:EVENT]-(execution)
    SET event = row
  }
  // A node that was there before is locked before we look whether it is joined to the context already.
  CALL () {
    UNWIND $attributions AS row
    MATCH (node:Artifact {id: row.node})
    MATCH (context:Context {id: row.context})
    CALL (node, row) {
      WITH node, row WHERE NOT row.new
      SET node.id = row.node
    }
    WITH node, context, row
    WHERE row.new OR NOT EXISTS { (node)-[:ATTRIBUTION]->(context) }
    CREATE (node)-[:ATTRIBUTION {order: row.order}]->(context)
  }
  CALL () {
    UNWIND $associations AS row
    MATCH (node:Execution {id: row.node})
    MATCH (context:Context {id: row.context})
    CALL (node, row) {
      WITH node, row WHERE NOT row.new
      SET node.id = row.node
    }
    WITH node, context, row
    WHERE row.new OR NOT EXISTS { (node)-[:ASSOCIATION]->(context) }
    CREATE (node)-[:ASSOCIATION {order: row.order}]->(context)
  }
}
RETURN CASE WHEN known IS NULL THEN null
    ELSE {artifacts: known.artifact_ids, executions: known.execution_ids, contexts: known.context_ids} END AS known,
  stale_types, stale_contexts, missing_artifacts, missing_executions, missing_contexts, taken_parents
