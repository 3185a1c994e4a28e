"""The embedded backend: one SQLite file in ML Metadata's own format (its schema 10)."""
