// Whose database this is.
//
// Parameters: none.
// Columns: format (the version of graphmeta's graph, null if it has not set itself up here),
//   foreign (a label of ours that nodes have though we did not write them, else null).
OPTIONAL MATCH (counter:GraphmetaCounter {name: 'type'})
WITH counter.format AS format
RETURN format, CASE
    WHEN format IS NOT NULL THEN null
    WHEN EXISTS { (:Artifact) } THEN 'Artifact'
    WHEN EXISTS { (:Execution) } THEN 'Execution'
    WHEN EXISTS { (:Context) } THEN 'Context'
    WHEN EXISTS { (:Type) } THEN 'Type'
  END AS foreign
