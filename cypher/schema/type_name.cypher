// A type is known by kind, name and version; without a version that is ''.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_type_name IF NOT EXISTS
FOR (type:Type) REQUIRE (type.kind, type.name, type.version) IS UNIQUE
