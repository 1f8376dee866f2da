"""`ask` and `chat`: the bot's reply to a question, once or until the end of input."""

import contextlib
import sys
from argparse import Namespace
from typing import Final

from bot.content.model import Entry, Faq
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.decision import Origin, decide
from bot.matching.explain import explain
from bot.matching.replies import Reply, answer, chosen_none
from bot.terminal.load import load
from bot.terminal.show import shown

GOODBYES: Final = frozenset({"exit", "quit", "bye"})


def ask(arguments: Namespace) -> int:
    """Print the bot's reply to one question and, with --why, why it is this one."""
    if not arguments.question.strip():
        raise BotError('The question is empty. Write it in quotes: python -m bot ask "does it help sciatica"')
    answerer = load(arguments.faq)
    print(shown(answerer.reply(arguments.question, "")))
    if arguments.why:
        ranking = answerer.match(arguments.question)
        decision = decide(ranking, Origin.ASK)
        print(f"\n{explain(answerer, ranking, decision)}")
    return 0


def chat(arguments: Namespace) -> int:
    """Answer questions typed in the terminal until the end of input or Ctrl-C."""
    answerer = load(arguments.faq)
    with contextlib.suppress(ImportError):  # lets arrow keys and history work at the prompt; Windows has none
        import readline  # noqa: F401 - its import is its effect
    print(_greeting(answerer.faq))
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


def _greeting(faq: Faq) -> str:
    examples = "\n".join(f"  - {question}" for question in faq.examples())
    return (
        f"Hello! I answer questions from the FAQ “{faq.title}”. Ask in your own words, for example:\n{examples}\n"
        "Ctrl-C or “exit” ends the conversation.\n"
    )


def _reply(answerer: Answerer, typed: str, choices: tuple[Entry, ...]) -> Reply | None:
    """Return the reply to a question, or to the number of a choice; None if there is no choice of that number.

    The number behind the last means none of them.
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
