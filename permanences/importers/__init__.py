"""CSV files in, for this app (docs/imports.md)."""
