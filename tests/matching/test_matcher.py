"""The matcher: what it finds, that it is pure and the same in any order, and that no text makes it raise."""

import math
import random
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from bot.content.model import Entry, Faq, Source
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Decline, Origin, Silence, Warning, decide
from bot.matching.quality import questions
from bot.matching.quality.few import with_new
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS
from bot.terminal.load import load
from bot.text.words import words

SHIPPED = load(SHIPPED_FAQ)
WITHOUT = Answerer(SHIPPED.faq)  # without meaning
KNOWN = questions.read("questions.yaml", SHIPPED_QUESTIONS.read_bytes())


def faq(*entries: Entry, off_topic: tuple[str, ...] = ()) -> Faq:
    return Faq("T", Source("S", "A"), "D", entries, off_topic=off_topic)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("is it normal to ask for this", "is-it-normal"),
        ("does it help sciatica", "sciatica"),
        ("dose it hlep siatica", "sciatica"),
        ("DOES IT HELP SCIATICA?!?!", "sciatica"),
        ("d\u00f6es \u200bit h\u00e9lp sci\u00e0tica", "sciatica"),
        ("\uff44oes it help \uff53ciatica", "sciatica"),
        ("does it help sciaaaaatica", "sciatica"),
        ("wat is sciatica", "what-is-sciatica"),
        ("what's sciatica", "what-is-sciatica"),
        ("benifits of a bum massage pls", "benefits"),
        ("how common is lower bck pain", "how-common-is-back-pain"),
        ("can my hubby give me a butt massage at home", "at-home"),
        ("can i get more supple", "flexibility"),
        ("glute masage for knee pian", "knee-pain"),
        ("who wrote the artical", "source"),
        (
            "I had a slipped disk last year, would having my backside massaged help with that at all?",
            "other-conditions",
        ),
    ],
)
def test_the_best_entry_is_right(question: str, entry: str) -> None:
    assert SHIPPED.match(question).matches[0].entry.id == entry


@pytest.mark.parametrize("synonyms", SHIPPED.faq.synonyms, ids=lambda synonyms: synonyms[0])
def test_a_synonym_that_no_wording_has_is_no_misspelling(synonyms: tuple[str, ...]) -> None:
    """ "supple" stands beside "flexibility", and is no misspelt "supply"."""
    found = [SHIPPED.matcher.features.terms(words(synonym)) for synonym in synonyms]
    assert len({term.name for terms in found for term in terms}) == 1


@pytest.mark.parametrize("answerer", [SHIPPED, WITHOUT], ids=["with meaning", "without"])
def test_similarities_are_in_0_to_1_and_each_text_is_most_like_itself(answerer: Answerer) -> None:
    found = answerer.matcher.similarities(["does it help sciatica", "sciatica " * 20, "what is sciatica", "?", "zzz"])
    assert found.min() >= 0.0
    assert found.max() <= 1.0 + 1e-6
    assert found.diagonal()[:3] == pytest.approx([1.0] * 3, abs=1e-4)
    assert np.allclose(found, found.T)
    assert found[0, 2] > found[0, 4]


def test_neighbours_are_told_apart() -> None:
    helps, explains = SHIPPED.match("does it help with sciatica"), SHIPPED.match("what is sciatica and why do I get it")
    assert helps.matches[0].entry.id == "sciatica"
    assert explains.matches[0].entry.id == "what-is-sciatica"


def test_it_beats_the_similarity_of_strings() -> None:
    wordings = [(wording, entry.id) for entry in SHIPPED.faq.entries for wording in entry.wordings]
    texts = [wording for wording, _ in wordings]
    inside = [question for question in KNOWN if question.accept]

    def nearest(text: str) -> str:
        best = process.extractOne(text, texts, scorer=fuzz.token_set_ratio, processor=str.lower)
        return wordings[best[2]][1]

    by_similarity = sum(nearest(question.text) in question.accept for question in inside)
    here = sum(SHIPPED.match(question.text).matches[0].entry.id in question.accept for question in inside)
    assert here > 1.25 * by_similarity
    assert here > 0.8 * len(inside)


def test_a_match_explains_itself() -> None:
    question = "wil it clam my siatic nerve"
    best = SHIPPED.match(question).matches[0]
    why = SHIPPED.explain(question, best.entry)
    assert (best.entry.id, why.entry) == ("sciatica", best.entry)
    assert [share.typed for share in why.words] == ["wil", "it", "clam", "my", "siatic nerve"]
    strongest = max(why.words, key=lambda share: share.share)
    assert (strongest.typed, strongest.term) == ("siatic nerve", "sciatica")
    similarities = [wording.similarity for wording in why.wordings]
    assert similarities == sorted(similarities, reverse=True)
    assert 0.0 < similarities[-1] <= similarities[0] <= 1.0
    assert {wording.text for wording in why.wordings} <= set(best.entry.wordings)
    assert {line.text for line in why.off_topic} <= set(SHIPPED.faq.off_topic)
    assert why.meaning is not None
    for nearest in (why.meaning.nearest, why.meaning.off_topic):
        similarities = [each.similarity for each in nearest]
        assert similarities == sorted(similarities, reverse=True) != []
    assert {line.text for line in why.meaning.off_topic} <= set(SHIPPED.faq.off_topic)
    assert {text.text for text in why.meaning.nearest}.isdisjoint(SHIPPED.faq.off_topic)


@pytest.mark.parametrize("question", [question.text for question in KNOWN[::9]])
@pytest.mark.parametrize("answerer", [SHIPPED, WITHOUT], ids=["with meaning", "without"])
def test_what_is_explained_is_how_likely_a_question_is_on_topic(answerer: Answerer, question: str) -> None:
    matches = answerer.match(question, 100).matches
    why = answerer.explain(question, matches[0].entry)
    assert 1.0 / (1.0 + math.exp(-why.total)) == pytest.approx(sum(match.score for match in matches), abs=1e-3)


def test_what_is_explained_counts_that_an_entry_with_few_wordings_is_raised() -> None:
    sciatica = SHIPPED.faq.entry("sciatica")
    assert sciatica is not None
    answerer = Answerer(with_new(SHIPPED.faq, sciatica, 3))
    matches = answerer.match("could it help my sciatica", 100).matches
    assert matches[0].entry.id == "sciatica"
    why = answerer.explain("could it help my sciatica", matches[0].entry)
    assert 1.0 / (1.0 + math.exp(-why.total)) == pytest.approx(sum(match.score for match in matches), abs=1e-3)
    assert why.start + sum(share.share for share in why.words) == pytest.approx(why.total, abs=1e-3)


@pytest.mark.parametrize("question", [question.text for question in KNOWN[::9]] + ["it fits in it", "mama me am", ""])
def test_what_words_count_adds_up(question: str) -> None:
    """Nothing counts twice or not at all, though "fit" has the n-gram "it " and "it" is a word."""
    entry = SHIPPED.match(question).matches[0].entry
    why = SHIPPED.explain(question, entry)
    assert why.meaning is not None
    moved = [why.start, *(share.share for share in why.words), why.meaning.share]
    assert sum(moved) == pytest.approx(why.total, abs=1e-3)
    without = WITHOUT.explain(question, entry)
    assert without.meaning is None
    moved = [without.start, *(share.share for share in without.words)]
    assert sum(moved) == pytest.approx(without.total, abs=1e-3)


FOOD = ("food for a {}", "what shall my {} eat", "meal of a {}", "is meat fine for a {}")


def test_words_that_speak_for_an_entry_are_told_from_words_against_it() -> None:
    known = Answerer(
        faq(
            Entry("cats", "s", "What do cats eat?", "Mice.", tuple(text.format("cat") for text in FOOD)),
            Entry("dogs", "s", "What do dogs eat?", "Bones.", tuple(text.format("dog") for text in FOOD)),
            off_topic=("buy a parrot", "parrot for sale", "where is the parrot"),
        )
    )
    moved = {share.typed: share.share for share in known.explain("my cat or parrot", known.faq.entries[0]).words}
    assert moved["cat"] > 0.8 > 0.0 > -0.2 > moved["parrot"]
    assert abs(moved["or"]) < 0.2


WORDING = st.lists(
    st.sampled_from(["does", "a", "cat", "dog", "fish", "eat", "sleep", "bark", "what", "my", "the"]), min_size=1
).map(" ".join)


@st.composite
def one_faq_in_two_orders(draw: st.DrawFn) -> tuple[Faq, Faq]:
    """A FAQ, and the same with its entries, wordings, and off-topic lines in another order."""
    texts = draw(st.lists(WORDING, min_size=3, max_size=30, unique=True))
    labels = draw(st.lists(st.integers(0, 3), min_size=len(texts), max_size=len(texts)))
    also = [[text for text, label in zip(texts, labels, strict=True) if label == number] for number in range(4)]
    entries = [Entry(f"e-{number}", "s", f"What is {number}?", "It.", tuple(also[number])) for number in range(3)]
    mixed = [replace(entry, also=tuple(draw(st.permutations(entry.also)))) for entry in draw(st.permutations(entries))]
    return faq(*entries, off_topic=tuple(also[3])), faq(*mixed, off_topic=tuple(draw(st.permutations(also[3]))))


@given(one_faq_in_two_orders(), WORDING)
def test_no_order_changes_a_score(orders: tuple[Faq, Faq], question: str) -> None:
    here, there = (Answerer(order).match(question) for order in orders)
    assert [(match.entry.id, match.score) for match in here.matches] == [
        (match.entry.id, match.score) for match in there.matches
    ]


def test_the_order_of_the_shipped_file_changes_nothing() -> None:
    shuffled = list(SHIPPED.faq.entries)
    random.Random(1).shuffle(shuffled)
    mixed = tuple(replace(entry, also=tuple(reversed(entry.also))) for entry in shuffled)
    reordered = replace(SHIPPED.faq, entries=mixed, off_topic=tuple(reversed(SHIPPED.faq.off_topic)))
    other = Answerer(reordered, embeddings=SHIPPED.embeddings)
    for question in KNOWN[::4]:
        here, there = SHIPPED.match(question.text), other.match(question.text)
        assert [(match.entry.id, match.score) for match in here.matches] == [
            (match.entry.id, match.score) for match in there.matches
        ]


def test_the_same_question_gives_the_same_ranking() -> None:
    again = Answerer(SHIPPED.faq, embeddings=SHIPPED.embeddings)
    for question in KNOWN[::4]:
        assert SHIPPED.match(question.text) == SHIPPED.match(question.text) == again.match(question.text)


@pytest.mark.parametrize(
    "small",
    [
        faq(Entry("one", "s", "What is one?", "One.")),
        faq(Entry("one", "s", "What is one?", "One."), Entry("two", "s", "What is two?", "Two.")),
        faq(Entry("one", "s", "What is one?", "One."), off_topic=("what is the weather",)),
    ],
)
def test_the_smallest_files_work(small: Faq) -> None:
    answerer = Answerer(small)
    for entry in small.entries:
        assert answerer.match(entry.question).matches[0].entry == entry
    assert answerer.match("when does the train to the coast leave").matches[0].score < 0.5


@pytest.mark.slow
def test_one_text_too_many_to_learn_from_all_costs_little() -> None:
    """Up to 2,000 texts are learned from whole; a file that grows past that must not forget half of itself."""

    def right(texts: int) -> int:
        lines = tuple(f"lorem {number} ipsum {number * 7} dolor" for number in range(texts - count))
        answerer = Answerer(replace(SHIPPED.faq, off_topic=SHIPPED.faq.off_topic + lines))
        asked = [question for question in KNOWN if question.accept]
        return sum(answerer.match(question.text).matches[0].entry.id in question.accept for question in asked)

    count = sum(len(entry.wordings) for entry in SHIPPED.faq.entries) + len(SHIPPED.faq.off_topic)
    assert right(2_001) >= right(2_000) - 2


@pytest.mark.slow
def test_off_topic_lines_are_learned_beside_very_many_entries() -> None:
    letters = random.Random(2)

    def word() -> str:
        return "".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=7))

    entries = [
        Entry(f"e-{n}", "s", f"what is a {(name := word())}", "It is.", (f"explain {name}s",)) for n in range(1_000)
    ]
    lines = tuple(
        f"{start} {word()} {word()} {end}"
        for start in ("lend me", "sell the")
        for end in ("today", "soon")
        for _ in range(50)
    )
    answerer = Answerer(faq(*entries, off_topic=lines))
    unseen = [f"{start} {word()} {word()} {end}" for start in ("lend me", "sell the") for end in ("today", "soon")]
    assert [type(answerer.decide(message)) for message in unseen] == [Decline] * 4
    assert answerer.match(f"tell me about {entries[500].question[10:]}").matches[0].entry == entries[500]


@pytest.mark.slow
def test_every_entry_is_learned_however_many_there_are() -> None:
    letters = random.Random(1)
    names = ["".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(2_100)]
    entries = [Entry(f"e-{number}", "s", f"What is a {name}?", "It is.") for number, name in enumerate(names)]
    answerer = Answerer(faq(*entries))
    asked = entries[::50]
    found = [answerer.match(f"tell me about {entry.question[10:]}").matches[0].entry for entry in asked]
    assert found == asked


def test_a_wording_word_for_word_is_sure_even_beside_its_like() -> None:
    entries = [Entry(f"e-{number}", "s", f"What is number {number}?", "It is.") for number in (10, 100, 1000, 10000)]
    answerer = Answerer(faq(*entries, off_topic=("what is number 100000",)))
    for entry in entries:
        best, *others = answerer.match(entry.question.upper()).matches
        assert (best.entry, best.score) == (entry, 0.99)
        assert all(match.score <= 0.01 for match in others)
    assert all(match.score <= 0.01 for match in answerer.match("What is number 100000?").matches)


def test_more_or_fewer_matches_can_be_asked_for() -> None:
    assert len(SHIPPED.match("back pain").matches) == 5
    assert len(SHIPPED.matcher.match("back pain", 25).matches) == 25
    assert len(SHIPPED.matcher.match("back pain", 100).matches) == len(SHIPPED.faq.entries)


ANY_TEXT = st.text(max_size=300) | st.text(
    st.sampled_from("\u200b\u0301\u202e\U0001f351<@&#:>a '\n\ud800"), max_size=300
)


@given(ANY_TEXT)
def test_no_text_makes_it_raise(text: str) -> None:
    ranking = SHIPPED.match(text)
    scores = [match.score for match in ranking.matches]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert sum(scores) <= 1.0 + 1e-9
    assert len(scores) == 5
    assert SHIPPED.match(text) == ranking
    assert isinstance(decide(ranking, Origin.WATCHED), Answer | Silence | Warning)
    assert SHIPPED.explain(text, ranking.matches[0].entry).entry == ranking.matches[0].entry


LONGEST_MESSAGE = 4000  # what Discord delivers of a member with Nitro
# Seconds of processor time, for the worst of messages.
SLOWEST = [pytest.param(SHIPPED, 0.100, id="with meaning"), pytest.param(WITHOUT, 0.010, id="without")]
ODD = "\u0301|a\u0301|\U0001f351|\U0001f468\u200d\U0001f469|\u05d0|\u05d0\u05d1 |\u200b|\u202e|\ufdfa|\uac00|\ud800"
TYPED = "a|qxz|<@1>|<:a:1>|'|a'|a |a.|\n|1 |word |qxz |numb |back pain |http://a |    if x == 1:\n|{}[]();"
PIECES = [*ODD.split("|"), *TYPED.split("|")]


@pytest.mark.parametrize(("answerer", "slowest"), SLOWEST)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=8), min_size=1, max_size=6))
def test_no_message_takes_long(answerer: Answerer, slowest: float, pieces: list[str]) -> None:
    text = ("".join(pieces) * LONGEST_MESSAGE)[:LONGEST_MESSAGE]
    assert quickest(text, answerer, slowest) <= slowest


@pytest.mark.parametrize(("answerer", "slowest"), SLOWEST)
def test_no_message_of_unknown_words_takes_long(answerer: Answerer, slowest: float) -> None:
    letters = random.Random(7)

    def unknown() -> str:
        words = ("".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=letters.randint(3, 9))) for _ in range(900))
        return " ".join(words)[:LONGEST_MESSAGE]

    # Other words each time: the nearest are kept in mind.
    assert min(taken(unknown(), answerer) for _ in range(10)) <= slowest


def quickest(text: str, answerer: Answerer, slowest: float) -> float:
    """The seconds that a text takes, of up to ten tries the quickest."""
    best = taken(text, answerer)
    for number in range(9):
        if best <= slowest:
            break
        best = min(best, taken(f"{text}{number}", answerer))  # another text, since embeddings are remembered
    return best


def taken(text: str, answerer: Answerer) -> float:
    """The seconds of processor time that a text takes, which another process cannot lengthen by much."""
    tracer = sys.gettrace()
    sys.settrace(None)  # coverage's takes as long again
    try:
        start = time.thread_time()
        answerer.decide(text)
        return time.thread_time() - start
    finally:
        sys.settrace(tracer)


@pytest.mark.parametrize(("answerer", "slowest"), SLOWEST)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 4000,
        "a\u0301" * 2000,
        "\u0301" * 4000,
        "\U0001f351" * 4000,
        "\u05d0 " * 2000,
        "\u200b" * 4000,
        "\ufdfa" * 4000,
        "<@1>" * 1000,
        "'" * 4000,
        "word " * 800,
        "x" + "\n" * 3500 + "!" * 480 + "a",
        "git " + " -" * 2000,
        ";\n" * 2000,
        "".join(f"def f{number}(): pass\n" for number in range(250)),
    ],
)
def test_the_longest_messages_are_taken_in_no_time(text: str, answerer: Answerer, slowest: float) -> None:
    assert quickest(text, answerer, slowest) <= slowest
    assert len(answerer.match(text).matches) == 5
