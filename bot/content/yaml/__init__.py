"""The FAQ file's YAML: read with the place of every mistake, and written with the smallest change."""
