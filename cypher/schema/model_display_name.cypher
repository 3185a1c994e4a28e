// Nodes labelled Model by what people call them: (:Model {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_model_display_name IF NOT EXISTS
FOR (node:Model) ON (node.display_name)
