// One event for an artifact, an execution and a type.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_event IF NOT EXISTS
FOR ()-[event:EVENT]-() REQUIRE (event.artifact_id, event.execution_id, event.type) IS UNIQUE
