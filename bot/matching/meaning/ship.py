"""Makes the file of embeddings that comes with the bot anew, after the shipped FAQ has changed: run
`python -m bot.matching.meaning.ship faq/faq.yaml faq/questions.yaml`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.content import file
from bot.matching.learn.texts import general_lines, training_texts
from bot.matching.meaning.embeddings import SHIPPED, Embeddings
from bot.matching.quality import questions


def texts(faq: Path, known: Path) -> list[str]:
    """Return what is embedded: what a FAQ is learned from, the general lines, and the known questions of a file."""
    learned = [each.text for each in training_texts(file.checked(faq))]
    asked = [question.text for question in questions.read(known.name, known.read_bytes())]
    return list(dict.fromkeys([*learned, *general_lines(), *asked]))


def main(arguments: Sequence[str]) -> None:
    """Embed what is new, leave out what is gone, and replace the file."""
    faq, known = map(Path, arguments)
    Embeddings().replace(SHIPPED, texts(faq, known))


if __name__ == "__main__":
    main(sys.argv[1:])
