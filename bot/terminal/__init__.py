"""The bot in a terminal: one module for each command that needs no Discord."""
