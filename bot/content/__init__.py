"""What the FAQ says, and its file. Pure; looks only at text."""
