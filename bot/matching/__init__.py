"""A text to a decision and a reply. Pure; looks at content and text."""
