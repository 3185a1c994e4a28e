// Nodes labelled Evaluate by what people call them: (:Evaluate {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_evaluate_display_name IF NOT EXISTS
FOR (node:Evaluate) ON (node.display_name)
