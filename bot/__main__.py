"""The command line: `python -m bot COMMAND`. Known errors become one line."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.errors import BotError

INTERRUPTED: Final = 130  # the exit code of a program ended by Ctrl-C, by convention

# Each command with the module in `bot` and the function there that runs it, which takes the arguments and returns the
# exit code. The module is imported when it runs: `ask` shall not wait for discord.py, nor `check` for numpy.
COMMANDS: Final = {
    "ask": ("terminal.ask:ask", "print the bot's reply to one question"),
    "chat": ("terminal.ask:chat", "answer questions in this terminal, without Discord"),
    "match": ("terminal.match:match", "JSON lines in, JSON lines out: ranking and decision for each text"),
    "check": ("terminal.check:check", "show all problems of a FAQ file, with line and remedy"),
    "evaluate": ("terminal.evaluate:evaluate", "measure the FAQ on a file of known questions"),
    "doctor": ("ops.doctor.command:doctor", "look at settings, files and Discord, and say how to mend what is wrong"),
    "health": ("ops.health:health", "say whether the running bot is well, for a supervisor; exits with 1 if not"),
    "privacy": ("ops.privacy:privacy", "print what the bot keeps by its settings, to be published"),
    "run": ("chat.run:run", "run the bot in Discord; needs DISCORD_TOKEN in the environment or in .env"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0; 1 if a check found problems; 2 for usage and settings."""
    _accept_any_text()
    parsed = _parser().parse_args(arguments)
    module, _, function = COMMANDS[parsed.command][0].partition(":")
    try:
        code = int(getattr(importlib.import_module(f"bot.{module}"), function)(parsed))
        if sys.stdout is not None:
            sys.stdout.flush()
    except BotError as error:
        print(f"bot: {error}", file=sys.stderr)
        return error.exit_code
    except ModuleNotFoundError as error:
        how = "Install what the bot needs, and start it with .venv/bin/python: see “Try it” in README.md"
        print(f"bot: A package is missing: {error.name}. {how}.", file=sys.stderr)
        return BotError.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:  # of writing: of reading and connecting, each command makes a BotError
        if sys.stdout is not None:  # let what is still buffered go nowhere, or Python would complain when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # whoever reads the output has seen enough
            return 0
        print(f"bot: The output cannot be written: {error.strerror or error}.", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    about = "A Discord bot that answers members' questions from a curated FAQ."
    parser = argparse.ArgumentParser(prog="python -m bot", description=about)
    added = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")
    commands = {name: added.add_parser(name, help=text, description=text) for name, (_, text) in COMMANDS.items()}
    faq = "the FAQ file (default: FAQ_PATH, else the shipped one)"
    for command in commands.values():
        command.add_argument("--faq", type=Path, metavar="PATH", help=faq)
    ask, match, check, evaluate = (commands[name] for name in ("ask", "match", "check", "evaluate"))
    ask.add_argument("question", help='the question, in quotes: "does it help sciatica"')
    ask.add_argument("--why", action="store_true", help="show also which words, wordings and rule decided")
    overheard = "decide as for messages that nobody addressed to the bot"
    match.add_argument("--overheard", action="store_true", help=overheard)
    check.add_argument("file", nargs="?", type=Path, metavar="FAQ", help="the FAQ file (default: the one of --faq)")
    beside = "the question file (default: questions.yaml beside the FAQ)"
    evaluate.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS", help=beside)
    few = "show instead how well it would do with fewer wordings, with meaning and without; takes some minutes"
    evaluate.add_argument("--few", action="store_true", help=few)
    evaluate.add_argument("--json", action="store_true", help="print the same as one JSON object, for a program")
    return parser


def _accept_any_text() -> None:
    """Let no character stop the program: what a terminal cannot show is printed as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
