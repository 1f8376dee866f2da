"""The command line: `python -m bot COMMAND`. Known errors become one line."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import BotError
from bot.settings import SHIPPED_QUESTIONS, environment, faq_path

# What each command needs is imported when it runs: `ask` shall not wait for discord.py, nor `check` for numpy.

INTERRUPTED: Final = 130  # the exit code of a program ended by Ctrl-C, by convention


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0; 1 if a check found problems; 2 for usage and settings."""
    _accept_any_text()
    parsed = _parser().parse_args(arguments)
    try:
        return _run_and_flush(parsed)
    except BotError as error:
        print(f"bot: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads the output has seen enough
        _write_no_more()
        return 0
    except OSError as error:  # of reading and connecting, each command makes a BotError
        _write_no_more()
        print(f"bot: The output cannot be written: {error.strerror or error}.", file=sys.stderr)
        return 1


def _run_and_flush(parsed: argparse.Namespace) -> int:
    code = int(parsed.run(parsed))
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def _ask(parsed: argparse.Namespace) -> int:
    from bot.terminal.ask import ask

    return ask(_faq(parsed), parsed.question, parsed.why)


def _chat(parsed: argparse.Namespace) -> int:
    from bot.terminal.ask import chat

    return chat(_faq(parsed))


def _match(parsed: argparse.Namespace) -> int:
    from bot.matching.decision import Origin
    from bot.terminal.match import match

    return match(_faq(parsed), Origin.WATCHED if parsed.overheard else Origin.ASK)


def _check(parsed: argparse.Namespace) -> int:
    from bot.terminal.check import check

    return check(parsed.file or _faq(parsed))


def _evaluate(parsed: argparse.Namespace) -> int:
    from bot.terminal.evaluate import evaluate

    return evaluate(_faq(parsed), parsed.questions, parsed.json)


def _doctor(parsed: argparse.Namespace) -> int:
    from bot.ops.doctor.discord import doctor

    return doctor(parsed.faq)


def _health(_: argparse.Namespace) -> int:
    from bot.ops.health import say

    return say()


def _privacy(_: argparse.Namespace) -> int:
    from bot.ops.privacy import say

    return say()


def _run(parsed: argparse.Namespace) -> int:
    from bot.chat.run import run

    return run(parsed.faq)


@dataclass(frozen=True)
class Command:
    """A command of the command line, with its arguments beside --faq: the options of argparse by name."""

    name: str
    run: Callable[[argparse.Namespace], int]
    help: str
    arguments: tuple[tuple[str, dict[str, Any]], ...] = ()


COMMANDS: Final = (
    Command(
        "ask",
        _ask,
        "print the bot's reply to one question",
        (
            ("question", {"help": 'the question, in quotes: "does it help sciatica"'}),
            ("--why", {"action": "store_true", "help": "show also which words, wordings and rule decided"}),
        ),
    ),
    Command("chat", _chat, "answer questions in this terminal, without Discord"),
    Command(
        "match",
        _match,
        "JSON lines in, JSON lines out: ranking and decision for each text",
        (
            (
                "--overheard",
                {"action": "store_true", "help": "decide as for messages that nobody addressed to the bot"},
            ),
        ),
    ),
    Command(
        "check",
        _check,
        "show all problems of a FAQ file, with line and remedy",
        (
            (
                "file",
                {"nargs": "?", "type": Path, "metavar": "FAQ", "help": "the FAQ file (default: the one of --faq)"},
            ),
        ),
    ),
    Command(
        "evaluate",
        _evaluate,
        "measure the FAQ on a file of known questions",
        (
            (
                "questions",
                {
                    "nargs": "?",
                    "type": Path,
                    "default": SHIPPED_QUESTIONS,
                    "metavar": "QUESTIONS",
                    "help": "the question file",
                },
            ),
            ("--json", {"action": "store_true", "help": "print the same as one JSON object, for a program"}),
        ),
    ),
    Command("doctor", _doctor, "look at settings, files and Discord, and say how to mend what is wrong"),
    Command("health", _health, "say whether the running bot is well, for a supervisor; exits with 1 if not"),
    Command("privacy", _privacy, "print what the bot keeps by its settings, to be published"),
    Command("run", _run, "run the bot in Discord; needs DISCORD_TOKEN in the environment or in .env"),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="A Discord bot that answers members' questions from a curated FAQ."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        added = commands.add_parser(command.name, help=command.help, description=command.help)
        for name, options in command.arguments:
            added.add_argument(name, **options)
        added.add_argument(
            "--faq", type=Path, metavar="PATH", help="the FAQ file (default: FAQ_PATH, else the shipped one)"
        )
        added.set_defaults(run=command.run)
    return parser


def _faq(parsed: argparse.Namespace) -> Path:
    faq: Path | None = parsed.faq
    return faq or faq_path(environment())


def _write_no_more() -> None:
    """Let what is still buffered for standard output go nowhere, or Python would complain when it ends."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _accept_any_text() -> None:
    """Let no character stop the program: what a terminal cannot show is printed as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
