// Nodes labelled Transform by name: (:Transform {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_transform_name IF NOT EXISTS
FOR (node:Transform) ON (node.name)
