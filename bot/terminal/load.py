"""The FAQ for a command in a terminal: read, checked and learned."""

from pathlib import Path

from bot.content import file
from bot.content.yaml.read import broken_file
from bot.matching.answerer import Answerer
from bot.matching.learn.train import learn_as_possible
from bot.matching.meaning.embeddings import of_model
from bot.settings import data_path, faq_path, model_path
from bot.terminal.progress import embedded


def load(given: Path | None, *, to_measure: bool = False, to_stay: bool = False) -> Answerer:
    """Return what answers from the FAQ at `given`, or from that of the settings.

    `to_measure`: its texts may be too long for Discord; `to_stay`: the sentence model is made ready, which pays where
    the process stays. Raises UnreadableFileError; BrokenFileError if there is any other problem.
    """
    path = faq_path(given)
    found = file.read(path)
    if found.faq is None or (found.problems and not to_measure):
        raise broken_file(file.shown_path(path), found)
    embeddings = of_model(model_path(), data_path(), embedded, make_ready=to_stay)
    answerer = Answerer(found.faq, learn_as_possible(found.faq, embeddings), embeddings)
    if given is None:  # the embeddings of another FAQ would replace those of the one that is served
        answerer.keep_embeddings()
    return answerer
