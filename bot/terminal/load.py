"""The FAQ for a command in a terminal: read, checked, and learned at the first question."""

from pathlib import Path

from bot.content import file
from bot.content.yaml.read import broken_file
from bot.matching.answerer import Answerer
from bot.matching.meaning.embeddings import of_model
from bot.settings import data_path, faq_path, model_path
from bot.terminal.progress import embedded


def load(given: Path | None, *, to_measure: bool = False) -> Answerer:
    """Return what answers from the FAQ at `given`, or from that of the settings; to measure, its texts may be too long
    for Discord. Raises UnreadableFileError; BrokenFileError if there is any other problem.
    """
    path = faq_path(given)
    found = file.read(path)
    if found.faq is None or (found.problems and not to_measure):
        raise broken_file(file.shown_path(path), found)
    return Answerer(found.faq, embeddings=of_model(model_path(), data_path(), embedded))
