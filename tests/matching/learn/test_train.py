"""Learning: the same FAQ gives the same scores to the last bit, wherever and however it is learned."""

import subprocess
import sys
import tracemalloc

import pytest

from bot.content import file
from bot.content.model import Entry, Faq, Source
from bot.matching.answerer import Answerer
from bot.matching.learn import train
from bot.matching.learn.train import learn
from bot.matching.matcher import Matcher
from bot.matching.quality import questions
from bot.matching.quality.evaluate import cases, figures
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS
from tests.conftest import ROOT, clean_environment

# How threads share a sum depends on its length: with 30, 100 and 200 off-topic lines, two share it otherwise than one.
SCRIPT = """
from bot.__main__ import main
from dataclasses import replace
from bot.content import file
from bot.matching.answerer import Answerer
from bot.matching.meaning.embeddings import Embeddings
from bot.settings import SHIPPED_FAQ
faq = file.checked(SHIPPED_FAQ)
embeddings = Embeddings()
for lines, used in ((30, None), (100, embeddings), (200, None)):
    answerer = Answerer(replace(faq, off_topic=faq.off_topic[:lines]), embeddings=used)
    for question in ("does it help sciatica", "how to relax my bum after a long drive", "train to the coast"):
        print([(match.entry.id, match.score.hex()) for match in answerer.match(question, 100).matches])
"""


def scores(threads: str | None, script: str) -> str:
    """What the script prints in a process that lets numpy use so many threads, or as many as it likes."""
    environment = {name: value for name, value in clean_environment().items() if name != "OPENBLAS_NUM_THREADS"}
    if threads is not None:
        environment["OPENBLAS_NUM_THREADS"] = threads
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=environment, check=True
    )
    return done.stdout


def test_neither_threads_nor_the_order_of_imports_change_a_bit_of_a_score() -> None:
    expected = scores("1", SCRIPT)
    assert "sciatica" in expected
    for threads, first in ((None, ""), ("2", ""), (None, "import numpy"), ("1", "import numpy"), ("2", "import numpy")):
        assert scores(threads, first + SCRIPT) == expected, (threads, first)


def test_a_faq_that_is_learned_in_many_groups_answers_nearly_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each group learns beside some texts of the others: without, it answers 68% rightly instead of 81%."""
    faq = file.checked(SHIPPED_FAQ)
    monkeypatch.setattr(train, "WORK", train.WORK / 1_000)
    answerer = Answerer(faq, learn(faq))
    assert answerer.weights is not None
    assert len(answerer.weights.groups) > 5
    known = [each for each in questions.read("", SHIPPED_QUESTIONS.read_bytes()) if each.accept]
    assert figures(cases(answerer, known)).asked["right"] > 0.77


def test_an_entry_of_very_many_wordings_takes_no_more_memory_than_a_few_thousand() -> None:
    many = Entry("many", "s", "What is it?", "It is.", tuple(f"what is the number {each}" for each in range(5_000)))
    faq = Faq("T", Source("S", "A"), "D", (many, Entry("two", "s", "Where is the car park?", "There.")))
    tracemalloc.start()
    weights = learn(faq)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6  # with all of them, 200 MB
    matcher = Matcher(faq, weights)
    assert [matcher.match(text).matches[0].entry.id for text in ("number 4999 what is it", "where do I park")] == [
        "many",
        "two",
    ]


def test_an_entry_is_raised_if_it_has_far_fewer_wordings_than_the_others() -> None:
    counts = {"a": 40, "b": 32, "c": 30, "d": 20, "e": 8, "f": 1}
    entries = tuple(
        Entry(name, "s", f"{name} zero?", "It is.", tuple(f"{name} number {each}" for each in range(1, count)))
        for name, count in counts.items()
    )
    *enough, few, one = learn(Faq("T", Source("S", "A"), "D", entries)).raised.tolist()
    assert enough == [0.0] * 4
    assert 0.0 < few < one == pytest.approx(train.MOST_RAISED)
