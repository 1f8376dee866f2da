"""What curators use: commands, drafts, inbox and statistics."""
