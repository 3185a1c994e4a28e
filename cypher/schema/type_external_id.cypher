// An external id names one type.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_type_external_id IF NOT EXISTS
FOR (type:Type) REQUIRE type.external_id IS UNIQUE
