"""The bot in Discord: gates messages and commands, asks the core, renders and sends."""
