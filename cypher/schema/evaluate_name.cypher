// Nodes labelled Evaluate by name: (:Evaluate {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_evaluate_name IF NOT EXISTS
FOR (node:Evaluate) ON (node.name)
