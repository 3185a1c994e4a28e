// Nodes labelled Model by name: (:Model {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_model_name IF NOT EXISTS
FOR (node:Model) ON (node.name)
