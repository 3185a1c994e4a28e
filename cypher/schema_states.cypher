// The states of our constraints and indexes that are there: a constraint's index has its name.
//
// Parameters: none.
// Columns: name; state (ONLINE, POPULATING or FAILED).
SHOW INDEXES YIELD name, state
WHERE name STARTS WITH 'graphmeta_'
RETURN name, state
