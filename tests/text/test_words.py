"""The word pipeline, a step at a time, and what is built on it: synonyms and misspellings."""

import pytest

from bot.text.spelling import STRICT, Spelling
from bot.text.synonyms import Synonyms
from bot.text.words import MOST_WORDS, comparable, sentences, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Does it HELP?", ["does", "it", "help"]),
        ("what's up, can't you", ["whats", "up", "cant", "you"]),
        ("what\u2019s up", ["whats", "up"]),
        ("can\u00b4t can\u02bct can\u2032t can\uff07t", ["cant"] * 4),
        ("see Https://x.example/y", ["see"]),
        ("wat r glutes 4 u", ["what", "are", "glutes", "4", "you"]),
        ("caf\u00e9 na\u00efve", ["cafe", "naive"]),
        ("z\u200be\u200dro width", ["zero", "width"]),
        ("\uff26\uff55\uff4c\uff4c width", ["full", "width"]),
        ("sooooo gooood", ["soo", "good"]),
        ("<@123> <@!45> <@&6> <#7> <:smile:89> <a:wave:1> <t:12:R> hi", ["hi"]),
        ("see https://example.org/a?b=c now", ["see", "now"]),
        ("snake_case and kebab-case", ["snake", "case", "and", "kebab", "case"]),
        ("\U0001f351 ... !!", []),
        ("", []),
        ("a < b", ["a", "b"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


def test_only_so_many_words_are_looked_at() -> None:
    assert len(words("word " * 10_000)) == MOST_WORDS
    story = words("hello " + "so " * 500 + "goodbye")
    assert (len(story), story[0], story[-1]) == (MOST_WORDS, "hello", "goodbye")


def test_sentences() -> None:
    assert sentences("One two. Three!\nfour?? ...") == (("one", "two"), ("three",), ("four",))


@pytest.mark.parametrize(
    ("some", "other", "equal"),
    [
        ("Is it normal?", "is  it NORMAL", True),
        ("it's", "its", True),
        ("caf\u00e9", "cafe", True),
        ("is it safe", "is it normal", False),
        ("u", "you", False),
    ],
)
def test_comparable(some: str, other: str, equal: bool) -> None:
    assert (comparable(some) == comparable(other)) is equal


def test_endings_do_not_count() -> None:
    assert stems("massaging massages massaged") == stems("massage massage massage")


def test_synonyms_become_one_term_and_the_longest_counts() -> None:
    synonyms = Synonyms([["glutes", "rear end", "bum"], ["rear", "back"]])
    assert synonyms.replaced(stems("my rear end and my bum")) == ("my", "glute", "and", "my", "glute")
    assert synonyms.replaced(stems("in the rear")) == ("in", "the", "rear")
    assert synonyms.replaced(stems("the end")) == ("the", "end")
    assert Synonyms([["rear end", "rear"]]).located(stems("my rear")) == [("my", 0, 1), ("rear_end", 1, 2)]
    assert Synonyms([]).replaced(stems("a bum")) == ("a", "bum")


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("sciatica", "sciatica"),
        ("siatica", "sciatica"),
        ("sciatcia", "sciatica"),
        ("masage", "massage"),
        ("bak", "back"),
        ("nack", None),  # short, and another first letter
        ("of", None),
        ("kettle", None),
        ("", None),
    ],
)
def test_misspelt_words_find_the_word_that_is_meant(typed: str, known: str | None) -> None:
    assert Spelling(["sciatica", "massage", "back", "pain"]).corrected([typed]) == [known or typed]


def test_strict_spelling_is_not_set_off_by_a_word_that_looks_alike() -> None:
    strict = Spelling(["bladder", "bleeding", "soiled", "wee"], STRICT)
    assert strict.corrections(["sleeping", "boiled", "week"]) == {}
    assert strict.corrections(["blader"]) == {"blader": "bladder"}
