// The part of `put` that most puts do without: it is left out where it would do nothing, for even nothing takes time.
//
// Parameters: replaced, created.contexts, dangling, parents, counters, as of `put`.
  // An update may give up the name or the external id that a new node takes.
  CALL () {
    UNWIND $replaced.artifacts AS row
    MATCH (node:Artifact {id: row.id})
    WITH node, row, node.created AS created
    REMOVE node:Dataset:Model:Metrics:Statistics
    SET node:$(row.labels)
    SET node = row.values
    SET node.created = created
  }
  CALL () {
    UNWIND $replaced.executions AS row
    MATCH (node:Execution {id: row.id})
    WITH node, row, node.created AS created
    REMOVE node:Train:Transform:Process:Evaluate:Deploy
    SET node:$(row.labels)
    SET node = row.values
    SET node.created = created
  }
  CALL () {
    UNWIND $replaced.contexts AS row
    MATCH (node:Context {id: row.id})
    WITH node, row, node.created AS created
    SET node = row.values
    SET node.created = created
  }
  CALL () {
    UNWIND $created.contexts AS row
    CREATE (node:Context:$(row.labels))
    SET node = row.values
  }
  CALL () {
    UNWIND $dangling AS id
    WITH id WHERE NOT EXISTS { (:Artifact {id: id}) }
    MERGE (:MissingArtifact {id: id})
  }
  CALL () {
    UNWIND $parents AS row
    MATCH (child:Context {id: row.child})
    MATCH (parent:Context {id: row.parent})
    CREATE (child)-[:PARENT_CONTEXT]->(parent)
  }
  CALL () {
    UNWIND $counters AS row
    MATCH (counter:GraphmetaCounter {name: row.name})
    SET counter.next = CASE WHEN counter.next < row.next THEN row.next ELSE counter.next END
  }
