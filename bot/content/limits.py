"""Limits of Discord and of the FAQ as numbers, each with its source."""

from typing import Final

# Limits of Discord, from its documentation; the page is in brackets. Lengths are in characters.
DISCORD_CHOICE: Final = 100  # name and value of a completion choice (interactions, "Autocomplete")
DISCORD_CHOICES: Final = 25  # completion choices in one response (the same page)
DISCORD_BUTTON: Final = 80  # label of a button (components, "Button")
DISCORD_ROW: Final = 5  # buttons in a row (components, "Action Row")
DISCORD_OPTIONS: Final = 25  # options of a select menu; their labels and values as DISCORD_CHOICE (the same page)
DISCORD_CUSTOM_ID: Final = 100  # custom id of a component (the same page)
DISCORD_TEXT: Final = 4000  # all the text of one message made of components v2 (discord.py, LayoutView)
DISCORD_FORM_TITLE: Final = 45  # title of a form, and label of its parts (receiving and responding, "Modal"; "Label")
DISCORD_INPUT: Final = 4000  # a text that is typed into a form (components, "Text Input")
DISCORD_ALT: Final = 1024  # alt text of a picture (components, "Media Gallery")
DISCORD_UPLOAD: Final = 10 * 1024 * 1024  # bytes of a file (reference, "Uploading Files")
DISCORD_OPTION: Final = 6000  # a command's text option (application commands, "Option")

# Our limits of texts, in characters: with them, every reply fits DISCORD_TEXT.
ID: Final = 40
TITLE: Final = 100
SECTION: Final = 100
QUESTION: Final = DISCORD_CHOICE
WORDING: Final = 300
ANSWER: Final = 1500
CAUTION: Final = 400
DISCLAIMER: Final = 500
WARNING_MESSAGE: Final = 1000
SYNONYM: Final = 60
WARNING_PHRASE: Final = 150

# Our limits of the file. They are checked early, so that no file can take all memory or time.
FILE_BYTES: Final = 16 * 1024 * 1024
IMPORT_BYTES: Final = 1024 * 1024  # of a file that is uploaded in Discord
FILE_DEPTH: Final = 8  # levels of nested lists and mappings; the format needs 4
FILE_NODES: Final = 200_000  # texts, lists and mappings
PROBLEMS: Final = 200  # problems reported at once; more would hide the first ones
