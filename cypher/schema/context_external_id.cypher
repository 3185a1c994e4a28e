// An external id names one context in the whole store.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_context_external_id IF NOT EXISTS
FOR (node:Context) REQUIRE node.external_id IS UNIQUE
