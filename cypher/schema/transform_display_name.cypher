// Nodes labelled Transform by what people call them: (:Transform {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_transform_display_name IF NOT EXISTS
FOR (node:Transform) ON (node.display_name)
