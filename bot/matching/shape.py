"""Is a message shaped like a question? Where nobody addressed the bot, only such messages are answered."""

from itertools import pairwise
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
        "well wait yo yall"
    )
)
# What says in the middle of a sentence that somebody wants to know: a word, or a verb before its subject.
_WANTING: Final = frozenset(
    words(
        "wonder wondering wondered curious anyone anybody advice explain unsure clue whether advise recommend how why "
        "whats whose chance or"
    )
)
_VERBS: Final = frozenset(words("is are was does do did can could should would will wont may might has have what"))
_SUBJECTS: Final = frozenset(words("i it this that these they we you he she there my your getting having a the"))
_TERSE: Final = 6  # words of what may be typed into a search box, without any verb


def asks(text: str) -> bool:
    """Whether a text is shaped like a question: a question mark, an opening such as "how", a verb before its subject,
    a word of wanting to know, or a few search words. What is none of these tells something.
    """
    found = sentences(text)
    return "?" in text or "？" in text or sum(map(len, found)) <= _TERSE or any(map(_asks, found))


def _asks(sentence: tuple[str, ...]) -> bool:
    opening = next((word for word in sentence if word not in _BEFORE), "")
    turned = any(verb in _VERBS and subject in _SUBJECTS for verb, subject in pairwise(sentence))
    return opening in _OPENERS or turned or not _WANTING.isdisjoint(sentence)
