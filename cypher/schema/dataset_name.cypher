// Nodes labelled Dataset by name: (:Dataset {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_dataset_name IF NOT EXISTS
FOR (node:Dataset) ON (node.name)
