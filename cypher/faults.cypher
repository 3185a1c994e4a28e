// What graphmeta would not have written: nodes and relationships without what all of them have, of no type, between
// others than they say, or said twice.
//
// Parameters: none.
// Columns: what (a word for the fault), number (how often), first (the lowest id of such a node or event, or null).
MATCH (node:Artifact)
WHERE node.id IS NULL OR node.created IS NULL OR node.updated IS NULL
RETURN 'artifact without' AS what, count(node) AS number, min(node.id) AS first
UNION ALL
MATCH (node:Artifact)
WITH node.type_id AS type_id, count(node) AS number, min(node.id) AS first
WHERE NOT EXISTS { (:Type {id: type_id, kind: 'artifact'}) }
RETURN 'artifact type' AS what, sum(number) AS number, min(first) AS first
UNION ALL
MATCH (node:Execution)
WHERE node.id IS NULL OR node.created IS NULL OR node.updated IS NULL
RETURN 'execution without' AS what, count(node) AS number, min(node.id) AS first
UNION ALL
MATCH (node:Execution)
WITH node.type_id AS type_id, count(node) AS number, min(node.id) AS first
WHERE NOT EXISTS { (:Type {id: type_id, kind: 'execution'}) }
RETURN 'execution type' AS what, sum(number) AS number, min(first) AS first
UNION ALL
MATCH (node:Context)
WHERE node.id IS NULL OR node.created IS NULL OR node.updated IS NULL
RETURN 'context without' AS what, count(node) AS number, min(node.id) AS first
UNION ALL
MATCH (node:Context)
WITH node.type_id AS type_id, count(node) AS number, min(node.id) AS first
WHERE NOT EXISTS { (:Type {id: type_id, kind: 'context'}) }
RETURN 'context type' AS what, sum(number) AS number, min(first) AS first
UNION ALL
MATCH (source)-[event:EVENT]->(target)
WHERE event.id IS NULL OR event.type IS NULL OR NOT event.type IN [
  'UNKNOWN', 'DECLARED_OUTPUT', 'DECLARED_INPUT', 'INPUT', 'OUTPUT', 'INTERNAL_INPUT', 'INTERNAL_OUTPUT',
  'PENDING_OUTPUT'
] OR NOT (
  source:Execution AND source.id = event.execution_id
    AND (target:Artifact OR target:MissingArtifact) AND target.id = event.artifact_id
  OR target:Execution AND target.id = event.execution_id
    AND (source:Artifact OR source:MissingArtifact) AND source.id = event.artifact_id
)
RETURN 'event' AS what, count(event) AS number, min(event.id) AS first
UNION ALL
MATCH (node)-[edge:ATTRIBUTION]->(context)
WHERE NOT (node:Artifact AND context:Context AND edge.order IS NOT NULL)
RETURN 'attribution' AS what, count(edge) AS number, min(node.id) AS first
UNION ALL
MATCH (node:Artifact)
WHERE COUNT { (node)-[:ATTRIBUTION]->() } > COUNT { MATCH (node)-[:ATTRIBUTION]->(context) RETURN DISTINCT context }
RETURN 'attribution twice' AS what, count(node) AS number, min(node.id) AS first
UNION ALL
MATCH (node)-[edge:ASSOCIATION]->(context)
WHERE NOT (node:Execution AND context:Context AND edge.order IS NOT NULL)
RETURN 'association' AS what, count(edge) AS number, min(node.id) AS first
UNION ALL
MATCH (node:Execution)
WHERE COUNT { (node)-[:ASSOCIATION]->() } > COUNT { MATCH (node)-[:ASSOCIATION]->(context) RETURN DISTINCT context }
RETURN 'association twice' AS what, count(node) AS number, min(node.id) AS first
UNION ALL
MATCH (node)-[edge:PARENT_CONTEXT]->(context)
WHERE NOT (node:Context AND context:Context)
RETURN 'parent context' AS what, count(edge) AS number, min(node.id) AS first
UNION ALL
MATCH (node:Context)
WHERE COUNT { (node)-[:PARENT_CONTEXT]->() } > COUNT { MATCH (node)-[:PARENT_CONTEXT]->(context) RETURN DISTINCT context }
RETURN 'parent context twice' AS what, count(node) AS number, min(node.id) AS first
