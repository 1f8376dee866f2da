"""The YAML of the FAQ file: it is read with the place of every mistake, and written with the smallest change."""
