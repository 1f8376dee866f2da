"""`ask` and `chat`: the bot's reply to a question, once or until the end of input."""

import contextlib
import re
import shutil
import sys
import textwrap
from argparse import Namespace
from typing import Final

from bot.content.model import Entry
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.decision import Origin, decide
from bot.matching.explain import explain
from bot.matching.replies import Reply, answer, chosen_none
from bot.terminal.load import load

GOODBYES: Final = frozenset({"exit", "quit", "bye"})
WIDEST: Final = 100  # columns; longer lines are hard to read

_BOLD_OR_ITALIC: Final = re.compile(r"(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1")
_LIST_ITEM: Final = re.compile(r"\s*(?:[-*]|\d+[.)])\s+")


def ask(arguments: Namespace) -> int:
    """Print the bot's reply to one question and, with --why, why it is this one."""
    if not arguments.question.strip():
        raise BotError('The question is empty. Write it in quotes: python -m bot ask "does it help sciatica"')
    answerer = load(arguments.faq)
    print(shown(answerer.reply(arguments.question, "")))
    if arguments.why:
        ranking = answerer.match(arguments.question)
        print(f"\n{explain(answerer, ranking, decide(ranking, Origin.ASK))}")
    return 0


def chat(arguments: Namespace) -> int:
    """Answer questions typed in the terminal until the end of input or Ctrl-C."""
    answerer = load(arguments.faq, to_stay=True)
    with contextlib.suppress(ImportError):  # lets arrow keys and history work at the prompt; Windows has none
        import readline  # noqa: F401 - its import is its effect
    examples = "\n".join(f"  - {question}" for question in answerer.faq.examples())
    print(f"Hello! I answer questions from the FAQ “{answerer.faq.title}”. Ask in your own words, for example:")
    print(f"{examples}\nCtrl-C or “exit” ends the conversation.\n")
    choices: tuple[Entry, ...] = ()
    try:
        while (typed := _read(choices)) is not None and typed.casefold() not in GOODBYES:
            reply = _reply(answerer, typed, choices) if typed else None
            if reply is not None:
                choices = reply.choices
                print(f"\n{shown(reply)}\n")
            elif typed:
                print(f"Please type a number from 1 to {len(choices) + 1}, or another question.")
    except KeyboardInterrupt:
        print()
    print("Goodbye!")
    return 0


def _reply(answerer: Answerer, typed: str, choices: tuple[Entry, ...]) -> Reply | None:
    """Return the reply to a question, or to a choice's number: the one behind the last is for none of them. None if
    there is no choice of that number.
    """
    if not choices or not typed.isdecimal():
        return answerer.reply(typed, "")
    if typed == str(len(choices) + 1):
        return chosen_none(answerer.faq)
    chosen = {str(number): entry for number, entry in enumerate(choices, start=1)}.get(typed)
    return None if chosen is None else answer(chosen, answerer.faq)


def _read(choices: tuple[Entry, ...]) -> str | None:
    """Return the next line that is typed, a number or a question; None at the end of input."""
    prompt = f"Number (1 to {len(choices) + 1}), or another question: " if choices else "You: "
    try:
        typed = input(prompt).strip()
        return typed.rstrip(".)") if choices and typed[:1].isdecimal() else typed
    except EOFError:
        print()
        return None
    except RuntimeError:  # raised by input() if there is no standard input at all
        return None
    except UnicodeDecodeError:
        print("That line was not UTF-8 text. Please type it again.", file=sys.stderr)
        return ""


def shown(reply: Reply) -> str:
    """Return a reply as plain text, wrapped to the terminal, the choices of an offer numbered from 1."""
    heading = f"{reply.heading}\n{'=' * min(len(reply.heading), _width())}" if reply.heading else ""
    labels = [*(entry.question for entry in reply.choices), reply.otherwise] if reply.choices else []
    choices = "\n".join(f"  {number}. {label}" for number, label in enumerate(labels, start=1))
    caution = _wrapped(f"Take care: {reply.caution}") if reply.caution else ""
    small = "\n".join(_wrapped(small) for small in (reply.attribution, reply.disclaimer) if small)
    return "\n\n".join(filter(None, (heading, _wrapped(reply.text), choices, caution, small)))


def _wrapped(markdown: str) -> str:
    lines = [(line, _LIST_ITEM.match(line)) for line in _BOLD_OR_ITALIC.sub(r"\2", markdown).splitlines()]
    return "\n".join(
        textwrap.fill(line, _width(), subsequent_indent=" " * len(item[0]) if item else "", break_on_hyphens=False)
        for line, item in lines
    )


def _width() -> int:
    return min(WIDEST, shutil.get_terminal_size().columns)
