"""CSV files in: one `Importeur` per TYPE of `docs/imports.md`, read and written by `moteur`."""
