// Which steps failed, in which run, on what, and why?
// Paste it into Neo4j Browser once `graphmeta demo --store neo4j://…` has filled the database.
// Columns: run, step, started, error, inputs (the names of what it used).
MATCH (step:Execution {state: 'FAILED'})-[:ASSOCIATION]->(run:Context {type: 'Run'})
RETURN run.name AS run,
  step.display_name AS step,
  datetime({epochMillis: step.prop_started}) AS started,
  step.prop_error AS error,
  COLLECT { MATCH (input:Artifact)-[:EVENT]->(step) RETURN input.name ORDER BY input.name } AS inputs
ORDER BY started
