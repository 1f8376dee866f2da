"""What `evaluate` says beyond the figures: how few wordings would do, which add nothing, and what is confused."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.model import Entry, Faq, Source
from bot.matching.answerer import Answerer
from bot.matching.quality import few
from bot.matching.quality.advice import Confused, confused, superfluous
from bot.matching.quality.evaluate import cases, figures
from bot.matching.quality.questions import Question
from tests.command import bot

CATS = Entry("cats", "s", "What do cats eat?", "Mice.", ("food for my cat", "what does a cat like for dinner"))
DOGS = Entry("dogs", "s", "What do dogs eat?", "Bones.", ("food for my dog", "what does a dog like for dinner"))
FAQ = Faq("Pets", Source("S", "A"), "D", (CATS, DOGS), off_topic=("buy a parrot", "is it raining", "cat videos"))
KNOWN = [
    Question("what should my kitten eat", ("cats",)),
    Question("dinner for a puppy", ("dogs",)),
    Question("how is the weather", ()),
]


def test_a_faq_is_cut_as_if_by_lot_and_always_the_same() -> None:
    cut = few.with_few(FAQ, 1, 2)
    assert [len(entry.wordings) for entry in cut.entries] == [2, 2]
    assert len(cut.off_topic) == 2
    assert cut == few.with_few(FAQ, 1, 2)
    assert len({few.with_few(FAQ, 1, 2, draw).entries for draw in range(20)}) > 1


def test_a_new_entry_is_cut_and_the_others_stay() -> None:
    cut = few.with_new(FAQ, CATS, 0)
    assert cut.entries == (replace(CATS, also=()), DOGS)


@pytest.mark.parametrize("with_meaning", [True, False])
@pytest.mark.parametrize(
    ("wordings", "rows"),
    [
        (0, ["all wordings"]),
        (2, ["all wordings"]),
        (4, ["2 wordings an entry, 3 off-topic lines", "all wordings", "a new entry with 3 wordings"]),
        (
            9,
            [
                "2 wordings an entry, 3 off-topic lines",
                "5 wordings an entry, 3 off-topic lines",
                "all wordings",
                "a new entry with 3 wordings",
                "a new entry with 8 wordings",
            ],
        ),
    ],
)
def test_what_is_fewer_than_the_faq_has_is_tried(
    shipped: Answerer, wordings: int, with_meaning: bool, rows: list[str]
) -> None:
    faq = replace(FAQ, entries=(CATS, replace(DOGS, also=tuple(f"my dog, {each}" for each in range(wordings)))))
    done: list[None] = []
    embeddings = shipped.embeddings if with_meaning else None
    found = list(few.measured(faq, KNOWN, embeddings, lambda: done.append(None)))
    assert len(done) == few.steps(faq, with_meaning=with_meaning)
    assert [(each.what, each.with_meaning) for each in found] == [
        (what, used) for used in (True, False)[not with_meaning :] for what in rows
    ]


def test_the_mean_counts_each_question_once() -> None:
    one = figures(cases(Answerer(FAQ), KNOWN[:1] * 3))
    other = figures(cases(Answerer(FAQ), [Question("what should my kitten eat", ("dogs",))]))
    assert (one.top_1, other.top_1) == (1.0, 0.0)
    assert few.mean([one, other]).top_1 == 0.75


def test_a_wording_that_says_the_same_in_the_same_words_is_superfluous(shipped: Answerer) -> None:
    twice = replace(CATS, also=("food for my cat", "food for my cats!!", "is tuna fine for kittens"))
    found = superfluous(Answerer(replace(FAQ, entries=(twice, DOGS)), embeddings=shipped.embeddings))
    assert [(each.entry.id, each.wording, each.like) for each in found] == [
        ("cats", "food for my cats!!", "food for my cat")
    ]


def test_the_shipped_faq_has_no_wording_that_adds_nothing(shipped: Answerer) -> None:
    assert superfluous(shipped) == []


def test_entries_that_several_questions_confuse_are_named() -> None:
    asked = [
        *KNOWN[:1],
        *KNOWN[2:],
        Question("dinner for a kitten", ("dogs",)),
        Question("food for my cat please", ("dogs",)),
        Question("my cat is hungry, food?", ("dogs",)),
    ]
    assert confused(cases(Answerer(FAQ), asked)) == [Confused("dogs", "cats", 3)]
    assert confused(cases(Answerer(FAQ), KNOWN)) == []


PETS = """
title: Pets
source: {title: S, author: A}
disclaimer: D
entries:
  - {id: cats, section: s, question: What do cats eat?, answer: Mice., also: [food for my cat, foods for my cat]}
  - {id: dogs, section: s, question: What do dogs eat?, answer: Bones., also: [food for my dog]}
"""
ASKED = """
- {text: my cat is hungry food, accept: [dogs]}
- {text: what food for my cat, accept: [dogs]}
- {text: is it raining, accept: []}
"""


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    (tmp_path / "pets.yaml").write_text(PETS)
    (tmp_path / "asked.yaml").write_text(ASKED)
    return tmp_path


def test_evaluate_prints_the_curve(pets: Path) -> None:
    more = PETS.replace("[food for my dog]", "[food for my dog, bones to chew, feed my hound, a meal for the puppy]")
    (pets / "pets.yaml").write_text(more)
    done = bot("evaluate", "--few", "--faq", "pets.yaml", "asked.yaml", folder=pets, MODEL_PATH="")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["With", "meaning", "top-1", "right", "r/o", "wrong", "false"]
    assert re.fullmatch(r"  2 wordings an entry, 0 off-topic lines  ( +[01]\.\d{3}){5}", lines[1])
    assert sum(line.startswith("  a new entry with 3 wordings") for line in lines) == 2
    assert "Without meaning" in done.stdout
    asked = ("evaluate", "--few", "--json", "--faq", "pets.yaml", "asked.yaml")
    as_json = json.loads(bot(*asked, folder=pets, MODEL_PATH="").stdout)
    assert [each["with_meaning"] for each in as_json] == [True] * 3 + [False] * 3


def test_the_curve_of_a_faq_of_few_wordings_says_why_it_has_one_row(pets: Path) -> None:
    said = bot("evaluate", "--few", "--faq", "pets.yaml", "asked.yaml", folder=pets, MODEL_PATH="no").stdout
    assert [line.split("  ")[1] for line in said.splitlines() if line.startswith("  ")] == ["all wordings"]
    assert "no entry with so many wordings that it would be worth trying fewer" in said


def test_evaluate_names_what_is_confused_and_what_adds_nothing(pets: Path) -> None:
    said = bot("evaluate", "--faq", "pets.yaml", "asked.yaml", folder=pets, MODEL_PATH="").stdout
    assert "- dogs, taken for cats by 2 questions\n" in said
    assert '- cats: "foods for my cat", like "food for my cat"\n' in said
    as_json = json.loads(
        bot("evaluate", "--json", "--faq", "pets.yaml", "asked.yaml", folder=pets, MODEL_PATH="").stdout
    )
    assert as_json["confused"] == [{"meant": "dogs", "found": "cats", "questions": 2}]
    assert as_json["superfluous"] == [{"entry": "cats", "wording": "foods for my cat", "like": "food for my cat"}]
