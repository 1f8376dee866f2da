"""The data folder: what outlives a restart. Looks at content and text."""
