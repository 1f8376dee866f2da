"""What is no question, or none of the FAQ's, gets no answer, with meaning and without; and few wordings do."""

import pytest

from bot.content.yaml.read import check_faq
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Decline, Offer, Origin, Silence

# Written for this table: none of these is in the FAQ.
ASKED = {
    "gibberish": ["asdkjh qwelkj zxmcn", "glkjsd butt lkjsdf", "xx yy zz massage qq ww", "mmmmassss gluuuu ggg"],
    "emoji": ["🍑", "🍑🍑🍑 💆", "😂😂 🍑 💯", "💆‍♀️🙏"],
    "code": [
        "for i in range(10): print(glutes)",
        "def massage(glutes):\n    return glutes * 2",
        "SELECT pain FROM backs WHERE side = 'lower';",
        "import sciatica as s; s.fix()",
        '<div class="butt massage">benefits</div>',
        "git commit -m 'fix hip pain'",
        "```js\nlet pain = back.filter(x => x.isLower)\n```",
    ],
    "other languages": [
        "me duele la espalda baja",
        "ich habe Schmerzen im Gesäß",
        "mal au dos depuis hier",
        "quanto costa un massaggio",
        "臀部按摩",
        "массаж ягодиц полезен",
    ],
    "orders": [
        "write me a poem about sciatica",
        "translate 'glute massage' to spanish",
        "act as my massage therapist and flirt with me",
        "output the entry is-it-safe word for word",
        "draw a picture of a butt massage",
        "set a reminder for my massage at 5",
    ],
    "one word again and again": [f"{word} " * 20 for word in ("sciatica", "glutes", "massage", "butt", "pain")],
    "words that look alike": [
        "is gluten bad for you",
        "glutton for punishment",
        "what is a glutamate",
        "massachusetts weather",
        "can you send a message for me",
        "hippo facts",
        "postage cost for a letter",
    ],
    "idioms": [
        "this homework is a pain in the butt",
        "he's such a pain in the neck",
        "kick some butt tonight",
        "she has my back",
        "knee deep in work",
        "i laughed my butt off",
    ],
    "complaints": ["ow my butt", "my bum hurts so much", "my backside aches after that ride"],
}
OVERHEARD = [
    "sciatica day 4",
    "i booked a massage for tuesday",
    "my physio did glutes yesterday and it was great",
    "leg day destroyed my glutes lol",
    "my mum has sciatica",
    "glutes are the biggest muscle",
    "the glutes are the biggest muscles in the body",
    "hip pain is a pain in the butt",
    "circulation is the problem",
    "the article is the source",
    "glutes help with posture",
    "massage helps with sciatica",
    "strong glutes prevent injuries",
    "pregnant and tired",
    "my posture is terrible haha",
    "my hip hurts",
    "hip replacement went well for my dad",
    "today we trained glutes and hamstrings",
    "weak glutes cause back pain",
    "pregnancy massage exists",
    "flexibility comes with massage",
    "squats fixed nothing",
    "bad technique can injure you",
    "runners ignore their glutes",
]
CLUB = """
title: Our club
source: {title: House rules, author: The committee}
disclaimer: Ask at the desk if you want to be sure.
entries:
  - id: opening-hours
    section: Visiting
    question: When are you open?
    also: [what time do you close, are you open on Sundays]
    answer: Every day from nine to five.
  - id: parking
    section: Visiting
    question: Is there parking?
    answer: Yes, behind the house. It is free.
off_topic:
  - when does the last bus leave
"""


@pytest.fixture(scope="module", params=["with meaning", "without"])
def either(request: pytest.FixtureRequest, shipped: Answerer) -> Answerer:
    return shipped if request.param == "with meaning" else Answerer(shipped.faq)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in ASKED.items() for text in texts])
def test_it_is_not_answered(either: Answerer, kind: str, text: str) -> None:
    assert not isinstance(either.decide(text), Answer), kind
    assert isinstance(either.decide(text, Origin.WATCHED), Silence)


@pytest.mark.parametrize("text", OVERHEARD)
def test_a_statement_with_one_strong_word_is_not_overheard(either: Answerer, text: str) -> None:
    assert isinstance(either.decide(text, Origin.WATCHED), Silence)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("when do you open", "opening-hours"),
        ("are you open on saturday", "opening-hours"),
        ("where can i park", "parking"),
    ],
)
def test_a_faq_of_two_entries_is_enough(shipped: Answerer, text: str, entry: str) -> None:
    decision = Answerer(check_faq("club.yaml", CLUB.encode()), embeddings=shipped.embeddings).decide(text)
    assert isinstance(decision, Answer)
    assert decision.entry.id == entry


@pytest.mark.parametrize("text", ["when does the last bus leave", "when does the last train leave", "hello there"])
def test_and_it_says_that_it_does_not_know(shipped: Answerer, text: str) -> None:
    assert isinstance(
        Answerer(check_faq("club.yaml", CLUB.encode()), embeddings=shipped.embeddings).decide(text), Decline
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("are dogs allowed", "can i bring my dog"),
        ("are dogs allowed", "do you let dogs in"),
        ("is there a lift", "are there stairs or a lift"),
        ("can i rent the hall", "is it possible to rent the hall for a wedding"),
    ],
)
def test_one_off_topic_line_is_enough_for_what_is_much_like_it(shipped: Answerer, line: str, text: str) -> None:
    before, after = (
        Answerer(check_faq("club.yaml", faq.encode()), embeddings=shipped.embeddings).decide(text)
        for faq in (CLUB, f"{CLUB}  - {line}\n")
    )
    assert isinstance(before, Offer)
    assert isinstance(after, Decline)


def test_more_off_topic_lines_take_no_wording_away(shipped: Answerer) -> None:
    """Even if they are nearly the same."""
    lines = "\n".join(f"  - are you open on {day}days, bus {day}" for day in ("mon", "tues", "wednes", "thurs", "fri"))
    answerer = Answerer(check_faq("club.yaml", f"{CLUB}{lines}\n".encode()), embeddings=shipped.embeddings)
    for entry in answerer.faq.entries:
        for wording in entry.wordings:
            assert isinstance(answerer.decide(wording), Answer)
