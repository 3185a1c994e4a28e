// The names of our constraints and indexes that are there: a constraint's index has its name.
//
// Parameters: none.
// Columns: name.
SHOW INDEXES YIELD name
WHERE name STARTS WITH 'graphmeta_'
RETURN name
