"""A Discord bot that answers members' questions from a curated FAQ. Importing it does nothing."""
