"""The shape of a text, whatever it is about: does it ask, does it tell, or is it no sentence at all?"""

import re
from itertools import chain, pairwise, starmap
from typing import Final

from bot.text.words import sentences, words


def _set(*lines: str) -> frozenset[str]:
    """Return the words of some lines."""
    return frozenset(word for line in lines for word in line.split())


# What a question starts with, in a sentence or behind what people say before it.
_OPENERS: Final = _set(
    "who whos whose whom what whats when where wheres why how hows which is isnt are arent am was were do does",
    "dont doesnt did can cant could should shouldnt would wouldnt will wont may might has any anybody anyone",
    "eli5 tell explain convince",
)
_BEFORE: Final = _set(
    "a actually all alright also and anyway bit bot but curious dear dumb ehm er everyone excuse for folks",
    "friends genuine genuinely guys hello hey hi hiya honest honestly just kind lol me my of ok okay oh people",
    "please question quick random real really right serious seriously silly so sorry stupid then this though um",
    "weird well wait wtf yo yall",
)
# What says in the middle of a sentence that somebody wants to know: a word, or a verb before its subject.
_WANTING: Final = _set(
    "wonder wondering wondered curious anyone anybody advice explain unsure clue whether advise recommend how",
    "why whats whose chance or",
)
_VERBS: Final = _set("is are was were does do did can could should would will wont may might has have what")
_SUBJECTS: Final = _set("i it this that these they we you he she there my your getting having a the")
# "X is the Y" has a verb before "the", too, and tells something, unless what comes before it asks: "what is the Y".
_LINKING: Final = _set("is are was were")
_ARTICLES: Final = _set("a the")
_TERSE: Final = 6  # words, at most, of a message that may be search words without any verb
# What says in a few words that somebody tells something. Search words have none of these at all ...
_TELLING: Final = _set(
    "i im ive my our me we us he him his she her they them their you this is are was were am isnt arent wasnt",
    "has have had can cant could should would will wont must do dont does doesnt did didnt got went but so just",
    "never nobody always already still again too only here finally apparently ever lol haha omg wow affects",
    "beats brings came comes deserves eases exists felt feels fixed gave gets gives goes hates helped helps",
    "hurts ignores improves injures keeps kept kills knew knows loved loves made makes mentions prevents",
    "protects reduces relieves returned rocks ruined said saves says skips sucks swears takes teaches thinks",
    "thought took wants weighs won",
)
# ... and no verb inside, where one tells what somebody or something does. In front, as in "prevent injuries", it is
# one; at the end, as in "piriformis causes", it is a noun; behind "to" it is no statement.
_TELLING_VERBS: Final = _set(
    "affect beat bring cause causes come cost costs deserve ease feel fix get give go hate help hurt ignore",
    "improve injure keep kill know lead leads like likes love make matter matters mean means mention need needs",
    "prevent protect reduce relieve run runs save skip sound sounds start starts stop stops support supports",
    "take teach think use uses want weigh win work works",
)

# What a program has, or a command for a shell, and a sentence has not.
_CODE: Final = re.compile(
    r"^[ \t]*(?:def|class) \w+ ?[(:]|^[ \t]*import \w+(?: as \w|[;\n])|^[ \t]*from \S+ import\s"
    r"|\b(?:const|let|var) \w+ ?=|\bSELECT\b.{1,200}\bFROM\b|^[ \t]*(?:git|sudo|npm|pip|docker) .{1,200} -{1,2}\w"
    r"|\w\.\w{1,40}\([^\n()]{0,200}\)|\w\(\)|\w\(\w{0,40}\):|[=!]==?\s|=> ?\w{1,40}[.({]|</\w+>|;\n[^\n]{1,200};$",
    re.MULTILINE,
)
_MARKS: Final = 0.08  # of a program's characters are neither letters nor spaces, at least
_AGAIN: Final = 4  # times that each word is said on average, at least, in a text that says nothing
_LONG: Final = 8  # words of such a text, at least


def looks_like_question(text: str) -> bool:
    """Return whether a text asks: it has a question mark, an opening such as "how", a verb before its subject,
    or a word of wanting to know, or it is a few search words.
    """
    found = sentences(text)
    if _asks(text, found):
        return True
    said = list(chain.from_iterable(found))
    if len(said) > _TERSE or not _TELLING.isdisjoint(said):
        return False
    return not any(word in _TELLING_VERBS and before != "to" for before, word in pairwise(said[:-1]))


def says_nothing(text: str) -> bool:
    """Return whether a text is no sentence: a program, or the same words again and again."""
    found = words(text)
    if len(found) >= _LONG and len(found) >= _AGAIN * len(set(found)):
        return True
    marks = sum(not (character.isalnum() or character.isspace()) for character in text)
    is_code = marks >= _MARKS * len(text) and _CODE.search(text) is not None
    return is_code and not _asks(text, sentences(text))


def _asks(text: str, found: tuple[tuple[str, ...], ...]) -> bool:
    return "?" in text or "？" in text or any(map(_sentence_asks, found))


def _sentence_asks(sentence: tuple[str, ...]) -> bool:
    opening = next((word for word in sentence if word not in _BEFORE), "")
    turned = any(starmap(_turned, zip(("", *sentence), sentence, sentence[1:], strict=False)))
    return opening in _OPENERS or turned or not _WANTING.isdisjoint(sentence)


def _turned(before: str, verb: str, subject: str) -> bool:
    """Return whether a verb stands before its subject, as in "would it", given three words in a row."""
    if verb in _LINKING and subject in _ARTICLES:
        return before in _OPENERS
    return verb in _VERBS and subject in _SUBJECTS
