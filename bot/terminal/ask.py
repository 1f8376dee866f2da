"""`ask` and `chat`: the bot's reply to a question, once or until the end of input."""

import contextlib
import sys
from pathlib import Path
from typing import Final

from bot.content import file as store
from bot.content.model import Entry, Faq
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.decision import Origin, decide
from bot.matching.explain import explain
from bot.matching.replies import Reply, answer, chosen_none
from bot.terminal.show import reply_to_asked, shown

GOODBYES: Final = frozenset({"exit", "quit", "bye"})


def ask(faq: Path, question: str, explained: bool = False) -> int:
    """Print the bot's reply to one question and, where asked, why it is this one."""
    if not question.strip():
        raise BotError('The question is empty. Write it in quotes: python -m bot ask "does it help sciatica"')
    answerer = store.load(faq)
    ranking = answerer.match(question)
    decision = decide(ranking, Origin.ASK)
    print(shown(reply_to_asked(decision, answerer.faq)))
    if explained:
        print(f"\n{explain(answerer, ranking, decision)}")
    return 0


def chat(faq: Path) -> int:
    """Answer questions typed in the terminal until the end of input or Ctrl-C."""
    answerer = store.load(faq)
    _edit_lines()
    print(_greeting(answerer.faq))
    choices: tuple[Entry, ...] = ()
    try:
        while (typed := _read(choices)) is not None and typed.casefold() not in GOODBYES:
            if choices and typed.isdecimal() and not _is_choice(typed, choices):
                print(f"Please type a number from 1 to {len(choices) + 1}, or another question.")
            elif typed:
                reply = _reply(answerer, typed, choices)
                choices = reply.choices
                print(f"\n{shown(reply)}\n")
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


def _reply(answerer: Answerer, typed: str, choices: tuple[Entry, ...]) -> Reply:
    """The reply to a question, or to the number of a choice; the number behind the last stands for none of them."""
    if not _is_choice(typed, choices):
        return reply_to_asked(answerer.decide(typed), answerer.faq)
    number = int(typed)
    return answer(choices[number - 1], answerer.faq) if number <= len(choices) else chosen_none(answerer.faq)


def _is_choice(typed: str, choices: tuple[Entry, ...]) -> bool:
    return bool(choices) and typed in map(str, range(1, len(choices) + 2))


def _read(choices: tuple[Entry, ...]) -> str | None:
    """The next line that is typed, a number or a question; None at the end of input."""
    prompt = f"Number (1 to {len(choices) + 1}), or another question: " if choices else "You: "
    try:
        typed = input(prompt).strip()
        return typed.rstrip(".)") if choices and typed[:1].isdecimal() else typed
    except EOFError:
        print()
        return None
    except RuntimeError:  # what input() raises where there is no standard input at all
        return None
    except UnicodeDecodeError:
        print("That line was not UTF-8 text. Please type it again.", file=sys.stderr)
        return ""


def _edit_lines() -> None:
    """Arrow keys and history at the prompt, where Python was built with them."""
    with contextlib.suppress(ImportError):  # Windows has none
        import readline  # noqa: F401 - its import is its effect
