"""The shape of a text, whatever it is about: does it ask, does it tell, or is it no sentence at all?"""

import re
from itertools import chain, starmap
from typing import Final

from bot.text.words import sentences, words

# What a question starts with, in a sentence or behind what people say before it.
_OPENERS: Final = frozenset(
    words(
        "who whos whose whom what whats when where wheres why how hows which is isnt are arent am was were do does "
        "dont doesnt did can cant could should shouldnt would wouldnt will wont may might has any anybody anyone eli5 "
        "tell explain convince"
    )
)
_BEFORE: Final = frozenset(
    words(
        "a actually all alright also and anyway bit bot but curious dear dumb ehm er everyone excuse for folks friends "
        "genuine genuinely guys hello hey hi hiya honest honestly just kind lol me my of ok okay oh people please "
        "question quick random real really right serious seriously silly so sorry stupid then this though um weird "
        "well wait wtf yo yall"
    )
)
# What says in the middle of a sentence that somebody wants to know: a word, or a verb before its subject.
_WANTING: Final = frozenset(
    words(
        "wonder wondering wondered curious anyone anybody advice explain unsure clue whether advise recommend how why "
        "whats whose chance or"
    )
)
_VERBS: Final = frozenset(words("is are was were does do did can could should would will wont may might has have what"))
_SUBJECTS: Final = frozenset(words("i it this that these they we you he she there my your getting having a the"))
# "X is the Y" has a verb before "the", too, and tells something, unless what comes before it asks: "what is the Y".
_LINKING: Final = frozenset(words("is are was were"))
_ARTICLES: Final = frozenset(words("a the"))
_TERSE: Final = 6  # words, at most, of a message that may be search words without any verb
# What says in a few words that somebody tells something: search words have none of these, and a verb in front at most,
# as in "prevent injuries".
_TELLING: Final = frozenset(
    words("i im ive my our me we he she they is are was were am has have had got went and but so just again lol haha")
)
_TELLING_VERBS: Final = frozenset(
    words(
        "help helps helped make makes made get gets give gives gave feel feels felt hurt hurts keep keeps kept say "
        "says said prevent prevents improve improves relieve relieves fix fixes love loves hate hates"
    )
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
    return len(said) <= _TERSE and _TELLING.isdisjoint(said) and _TELLING_VERBS.isdisjoint(said[1:])


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
