"""MLMD's real clients on graphmeta: ml_metadata's own class, TFX, and the calls that others make."""
