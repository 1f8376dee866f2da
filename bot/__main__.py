"""The command line: `python -m bot COMMAND`. Known errors become one line."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.errors import BotError
from bot.settings import SHIPPED_QUESTIONS, environment, faq_path

# What each command needs is imported when it runs: `ask` shall not wait for discord.py, nor `check` for numpy.

INTERRUPTED: Final = 130  # the exit code of a program ended by Ctrl-C, by convention


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0; 1 where a check found problems; 2 for usage and settings."""
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="A Discord bot that answers members' questions from a curated FAQ."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    ask = _command(commands, "ask", _ask, "print the bot's reply to one question")
    ask.add_argument("question", help='the question, in quotes: "does it help sciatica"')
    ask.add_argument("--why", action="store_true", help="show also which words, wordings and rule decided")
    _command(commands, "chat", _chat, "answer questions in this terminal, without Discord")
    match = _command(commands, "match", _match, "JSON lines in, JSON lines out: ranking and decision for each text")
    match.add_argument(
        "--overheard", action="store_true", help="decide as for messages that nobody addressed to the bot"
    )
    check = _command(commands, "check", _check, "show all problems of a FAQ file, with line and remedy")
    check.add_argument("file", nargs="?", type=Path, metavar="FAQ", help="the FAQ file (default: the one of --faq)")
    evaluate = _command(commands, "evaluate", _evaluate, "measure the FAQ on a file of known questions")
    evaluate.add_argument(
        "questions", nargs="?", type=Path, default=SHIPPED_QUESTIONS, metavar="QUESTIONS", help="the question file"
    )
    evaluate.add_argument("--json", action="store_true", help="print the same as one JSON object, for a program")
    _command(commands, "doctor", _doctor, "look at settings, files and Discord, and say how to mend what is wrong")
    _command(commands, "health", _health, "say whether the running bot is well, for a supervisor; exits with 1 if not")
    _command(commands, "privacy", _privacy, "print what the bot keeps by its settings, to be published")
    _command(commands, "run", _run, "run the bot in Discord; needs DISCORD_TOKEN in the environment or in .env")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: object, help_text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_text, description=help_text)
    command.add_argument(
        "--faq", type=Path, metavar="PATH", help="the FAQ file (default: FAQ_PATH, else the shipped one)"
    )
    command.set_defaults(run=run)
    return command


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
    import time

    from bot.ops import health
    from bot.settings import data_path

    trouble = health.trouble(data_path(environment()), time.time())
    print(trouble or "The bot is running, and connected to Discord.")
    return 0 if trouble is None else 1


def _privacy(_: argparse.Namespace) -> int:
    from bot.ops.privacy import text
    from bot.settings import Settings

    print(text(Settings.read({"DISCORD_TOKEN": "none", **environment()})))  # what is kept does not depend on the token
    return 0


def _run(parsed: argparse.Namespace) -> int:
    from bot.chat.run import run

    return run(parsed.faq)


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
