// Nodes labelled Dataset by what people call them: (:Dataset {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_dataset_display_name IF NOT EXISTS
FOR (node:Dataset) ON (node.display_name)
