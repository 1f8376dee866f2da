"""Makes the file of embeddings that comes with the bot anew, after the shipped FAQ has changed: run
`python -m bot.matching.meaning.ship faq/faq.yaml faq/questions.yaml`.
"""

import argparse
import sys
from pathlib import Path

from bot.content import file
from bot.errors import BotError
from bot.matching.learn.texts import general_lines, training_texts
from bot.matching.meaning.embeddings import SHIPPED, Embeddings
from bot.matching.quality import questions


def texts(faq: Path, known: Path) -> list[str]:
    """Return what is embedded: what a FAQ is learned from, the general lines, and the known questions of a file."""
    learned = [each.text for each in training_texts(file.checked(faq))]
    asked = [question.text for question in questions.read(known.name, known.read_bytes())]
    return list(dict.fromkeys([*learned, *general_lines(), *asked]))


def main() -> None:
    """Embed what is new, leave out what is gone, and replace the file."""
    parser = argparse.ArgumentParser(description="Make the embeddings of the shipped FAQ anew.")
    parser.add_argument("faq", type=Path, help="the shipped FAQ")
    parser.add_argument("questions", type=Path, help="the file of known questions")
    given = parser.parse_args()
    try:
        Embeddings().replace(SHIPPED, texts(given.faq, given.questions))
    except (BotError, OSError) as error:
        sys.exit(f"{parser.prog}: {error}")


if __name__ == "__main__":
    main()
