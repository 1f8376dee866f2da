"""Warning signs: emergencies in many words, and ordinary questions that only sound like them."""

from itertools import chain
from random import Random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bot.content.model import Entry, Faq, Source, WarningSigns
from bot.matching import warning_signs
from bot.matching.answerer import Answerer
from bot.matching.decision import Origin, Warning
from bot.matching.learn.texts import training_texts
from bot.text.words import sentences, words

EMERGENCIES = """\
my groin is numb and I can't hold my pee
since this morning my groin is numbed
since this morning my groinn is numbed
i have thoughs of harming myself
i keep thinging about ending it
wonting to hurt myself
my bladder stoopped working
tinging in my groin
my legs are getting weake
I cannot feel anything between my legs since yesterday
numbness around my private parts and trouble peeing
i lost control over my bladder this morning
lost bowel control
i keep wetting myself and my back hurts
Both of my legs are getting weaker and weaker
i am 6 months pregnant and i'm bleeding
I'm PREGNANT and BLEEDING a bit, is massage ok
I fell down the stairs and can't walk, will a massage help
fell off a ladder and my back is killing me
had a really bad fall and my hip is in agony
I want to kill myself
i dont want to be alive anymore
the pain makes me want to end my life
thinking about suicide
sudden loss of blader control
i can't feel when I need to pee
my legs are paralysed
I can no longer hold my urine
legs suddenly so weak I can't stand
i was in a car accident yesterday and my neck hurts
my baby hasn't moved since yesterday
I hurt myself on purpose
weakness in both legs and no feeling between the thighs
numb from the waist down
i feel like ending it all
Does it help sciatica? Also I have crushing chest pain
why not just end it all
i wanna kill my self
im gonna kms
my legs wont move
legs went numb both of them
I can\u2019t breathe
I can\u00b4t breathe
I can\u02bct breathe
I can\u2032t feel my legs
cant realy feel my legs
I can\u200b't brea\u200bthe""".splitlines()

ORDINARY = """\
does it help sciatica
my leg goes numb when I sit, is that sciatica
my foot is numb from sciatica
is it safe in pregnancy
my wife is pregnant and her back hurts
I fell on my tailbone, does a massage help
i fall a lot because my balance is bad
one leg is weaker than the other
my tush is numb from sitting
this workout is killing me
my back is killing me would this help
can massage help me recover from an injury
is it a problem if I need to pee during the massage
my legs are weak after leg day
can't stop laughing
I can't feel my glutes working when I train
I don't want to die of embarrassment
dying of shame
can't walk past a bakery without buying cake
my dead butt syndrome is killing me
my nan had a fall last year, could it help her balance
i had a hip replacement
do glutes hold your bladder
does the baby move when you get a massage in pregnancy
he passed out the snacks
my cat fell asleep on my legs""".splitlines()


# More words that no FAQ knows than are looked for among misspelt ones.
LONG = " ".join(f"w{number}" for number in range(warning_signs.LOOKED_UP + 5))


@pytest.mark.parametrize("message", EMERGENCIES)
@pytest.mark.parametrize("origin", Origin)
def test_an_emergency_gets_the_warning(shipped: Answerer, message: str, origin: Origin) -> None:
    assert isinstance(shipped.decide(message, origin), Warning)


@pytest.mark.parametrize("message", ORDINARY)
def test_an_ordinary_message_does_not(shipped: Answerer, message: str) -> None:
    assert not isinstance(shipped.decide(message), Warning)


@pytest.mark.parametrize(
    ("phrase", "message", "found"),
    [
        ("can't pee", "I really can't even pee", True),
        ("can't pee", "CANT PEEE", True),
        ("can't pee", "I cannot urinate", True),  # by a synonym
        ("can't pee", "I pee and can't stop", False),  # another order
        ("can't pee", "I can't wait to pee", False),  # a word between
        ("can't pee", "I can't. Pee is yellow", False),  # two sentences
        ("end it all", "at the end of the day", False),
        ("numb + groin", "my groin, since yesterday, is numb", True),
        ("numb + groin", "numb" + " then" * 6 + " groin", False),  # too far apart
        ("numb + groin", "my groin is not numb", True),  # rather once too often
        ("numb + groin", "I don't have numb groins", False),
        ("kill myself", "why not kill myself", True),
        ("kill myself", "why don't I just kill myself", True),
        ("want to die", "I don't want to die of shame", False),
        ("suicidal", "suicdal", True),  # misspelt
        ("soiled myself", "I spoiled myself", False),  # a word that the file knows
    ],
)
def test_how_a_phrase_is_found(phrase: str, message: str, found: bool) -> None:
    faq = Faq(
        "T",
        Source("S", "A"),
        "D",
        (Entry("one", "s", "What is one?", "One."),),
        WarningSigns("Get help.", (phrase,)),
        synonyms=(("pee", "urinate"), ("can't", "cannot")),
    )
    assert (warning_signs.WarningSigns(faq, ("i", "spoiled", "myself")).find(sentences(message)) == phrase) is found


def test_synonyms_of_small_words_do_not_merge_with_others() -> None:
    synonyms = (("really", "truly"), ("very", "extremely"))
    signs = WarningSigns("Get help.", ("truly numb",))
    small = Faq("T", Source("S", "A"), "D", (Entry("one", "s", "What?", "One."),), signs, synonyms)
    assert warning_signs.WarningSigns(small, ()).find(sentences("extremely numb")) is None
    assert warning_signs.WarningSigns(small, ()).find(sentences("I am truly numb")) == "truly numb"


@pytest.fixture(scope="module")
def thorough(shipped: Answerer) -> warning_signs.WarningSigns:
    """The shipped FAQ's warning signs, to look for in every message, whatever its words tell."""
    return warning_signs.WarningSigns(
        shipped.faq, chain.from_iterable(words(each.text) for each in training_texts(shipped.faq))
    )


@given(st.integers(0, 2**32))
def test_no_message_with_a_phrase_is_passed_over(
    shipped: Answerer, thorough: warning_signs.WarningSigns, seed: int
) -> None:
    choose, signs = Random(seed).choice, shipped.faq.warning_signs
    assert signs is not None
    said, group = choose(signs.phrases).replace("+", " "), choose(shipped.faq.synonyms)
    for synonym in group:
        said = said.replace(synonym, choose(group))
    before, at = choose(ORDINARY), choose(range(len(said)))
    misspelt = said[:at] + choose(("", "e", said[at] * 2)) + said[at + 1 :]
    message = choose((said, misspelt, f"{before}. {said}", f"{said}, {before}", f"{LONG} {said}ed"))
    found = thorough.find(sentences(message))
    event("found" if found else "not found")
    assert shipped.match(message).warning_sign == found


def test_the_decision_names_the_phrase(shipped: Answerer) -> None:
    decision = shipped.decide("my groin went completely numb")
    assert isinstance(decision, Warning)
    assert decision.sign == "numb + groin"


def test_an_emergency_behind_a_long_story_is_found(shipped: Answerer) -> None:
    story = "I sat in the car for hours and hours and then went home. " * 20
    assert isinstance(shipped.decide(f"{story}Now my groin is numb."), Warning)
    run_on = "and then I sat and sat and got up again " * 60
    assert isinstance(shipped.decide(f"{run_on} and now my groin is numb"), Warning)
    longest = "word " * 1_190  # about what a command's option can hold
    assert isinstance(shipped.decide(f"{longest} I want to kill myself"), Warning)
