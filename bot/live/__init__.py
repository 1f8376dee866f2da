"""The FAQ while the bot runs: served, watched and edited. Looks at content, matching and data."""
