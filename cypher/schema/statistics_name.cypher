// Nodes labelled Statistics by name: (:Statistics {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_statistics_name IF NOT EXISTS
FOR (node:Statistics) ON (node.name)
