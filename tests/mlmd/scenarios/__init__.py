"""What is asked of ml-metadata and of graphmeta alike, by hand, from MLMD's reference."""
