"""What the bot tells the staff channel, and does by itself while it runs."""
