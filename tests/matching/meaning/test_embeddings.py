"""Embeddings: like texts are near each other, each is made once and kept, and no broken file is in the way."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.model import Entry, Faq, Source
from bot.content.yaml.read import check_faq
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Warning
from bot.matching.learn import worker
from bot.matching.learn.texts import Kind, general_lines, training_texts
from bot.matching.learn.vectors import FloatArray
from bot.matching.meaning import ready
from bot.matching.meaning.embeddings import SHIPPED, Embeddings
from bot.matching.meaning.model import PACKAGE, TOKENIZER, WEIGHTS, MeaningError, SentenceModel, key_of
from bot.matching.meaning.ship import texts as shipped_texts
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS
from tests.conftest import clean_environment

ANY = Embeddings()
FAQ = """
title: T
source: {title: S, author: A}
disclaimer: D
entries:
  - {id: a, section: s, question: "Is there parking?", answer: "Yes, behind the house."}
  - {id: b, section: s, question: "Is it far?", answer: "It is next to the station."}
"""
TEXTS = ["where can I leave my car", "how do I bake bread", "is there a parking lot"]


class Watched:
    """Embeddings that are kept in a folder, and the texts that they had to make."""

    def __init__(self, folder: Path, model: Path | None = None) -> None:
        self.made: list[str] = []
        self.embeddings = Embeddings(model, folder, self._note)

    def _note(self, texts: object) -> list[str]:
        assert isinstance(texts, list)
        self.made += texts
        return texts


@pytest.fixture(scope="module")
def model() -> SentenceModel:
    return SentenceModel()


@pytest.fixture(scope="module")
def made_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the model is ready to run."""
    folder = tmp_path_factory.mktemp("ready")
    SentenceModel(data_folder=folder)
    return folder / ready.FOLDER


@pytest.fixture(autouse=True)
def is_ready(made_ready: Path, tmp_path: Path) -> None:
    """Let no test wait for the model to be made ready."""
    shutil.copytree(made_ready, tmp_path / ready.FOLDER, copy_function=os.link)


def test_what_means_the_same_is_near(model: SentenceModel) -> None:
    car, bread, parking = map(model.embed, TEXTS)
    assert float(car @ parking) > 0.3 > 0.2 > float(car @ bread)
    assert [float(each @ each) for each in (car, bread, parking)] == pytest.approx([1.0] * 3, abs=1e-5)


def test_of_a_long_text_both_ends_count(model: SentenceModel) -> None:
    filler = "word " * 400
    middle = model.embed(f"{filler}parking {filler}")
    assert np.array_equal(middle, model.embed(f"{filler}bread {filler}"))
    assert not np.array_equal(middle, model.embed(f"parking {filler}{filler}"))
    assert not np.array_equal(middle, model.embed(f"{filler}{filler}parking"))


def test_markup_of_discord_says_nothing(model: SentenceModel) -> None:
    assert np.array_equal(model.embed("<@123> is there parking"), model.embed("is there parking"))


@given(st.text(max_size=200) | st.text(st.sampled_from("\ud800\u200b\u0301\x00[SEP] "), max_size=100))
def test_no_text_makes_it_raise(text: str) -> None:
    found = ANY.of_question(text)
    assert found.shape == (384,)
    assert np.isfinite(found).all()


def served(embeddings: Embeddings, texts: Sequence[str]) -> FloatArray:
    """The embeddings of the texts of a FAQ, which are kept."""
    vectors = embeddings.of_texts(texts)
    embeddings.keep(texts, vectors)
    return vectors


def kept_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("embeddings-*.npz"))


def test_what_was_made_once_is_kept(tmp_path: Path) -> None:
    first = Watched(tmp_path)
    vectors = served(first.embeddings, TEXTS)
    assert first.made == TEXTS
    again = Watched(tmp_path)
    assert np.array_equal(served(again.embeddings, [*reversed(TEXTS), "is it far"])[:3], vectors[::-1])
    assert again.made == ["is it far"]
    assert again.embeddings.of_texts(["is it far"]).shape == (1, 384)
    assert again.made == ["is it far"]


def test_kept_is_what_is_served_and_nothing_else(tmp_path: Path) -> None:
    """No text that was only tried, and none that is gone."""
    first = Watched(tmp_path)
    served(first.embeddings, TEXTS)
    first.embeddings.of_texts(["my own story"])
    served(first.embeddings, [*TEXTS[:2], "is it far"])
    second = Watched(tmp_path)
    second.embeddings.of_texts([*TEXTS, "is it far", "my own story"])
    assert second.made == [TEXTS[2], "my own story"]
    served(second.embeddings, TEXTS[:1])  # nothing is new, and two are gone
    third = Watched(tmp_path)
    third.embeddings.of_texts(TEXTS[:2])
    assert third.made == TEXTS[1:2]


def test_nothing_to_keep_is_no_broken_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As if somebody went back to the shipped FAQ, whose embeddings come with the bot."""
    served(Embeddings(None, tmp_path), TEXTS)
    served(Embeddings(None, tmp_path), general_lines()[:3])
    assert kept_in(tmp_path) == []
    again = Watched(tmp_path)
    again.embeddings.of_texts(TEXTS)
    assert again.made == TEXTS
    assert caplog.records == []


def test_kept_ones_are_about_what_the_model_says(tmp_path: Path, model: SentenceModel) -> None:
    kept = Embeddings(None, tmp_path).of_texts(TEXTS)
    assert (kept * np.array([model.embed(text) for text in TEXTS])).sum(axis=1) == pytest.approx([1.0] * 3, abs=1e-3)


def test_whether_it_is_kept_changes_nothing(tmp_path: Path) -> None:
    fresh = Embeddings().of_question(TEXTS[0])
    served(Embeddings(None, tmp_path), TEXTS)
    assert np.array_equal(Embeddings(None, tmp_path).of_question(TEXTS[0]), fresh)


def test_questions_are_not_kept(tmp_path: Path) -> None:
    Embeddings(None, tmp_path).of_question("is it far")
    assert kept_in(tmp_path) == []


def test_of_a_proposal_nothing_is_kept(tmp_path: Path) -> None:
    """What a curator tries and does not save may be a member's words."""
    embeddings = Embeddings(None, tmp_path)
    worker.answerer("faq.yaml", FAQ.encode(), embeddings)
    before = [each.read_bytes() for each in kept_in(tmp_path)]
    proposed = check_faq("faq.yaml", FAQ.replace("Is it far?", "Is it far from my own house?").encode())
    worker.answerer_of(proposed, embeddings)
    assert len(before) == 1
    assert [each.read_bytes() for each in kept_in(tmp_path)] == before


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04", b"x" * 3_000])
def test_a_broken_file_is_made_anew(tmp_path: Path, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    vectors = served(Embeddings(None, tmp_path), TEXTS)
    [path] = kept_in(tmp_path)
    path.write_bytes(broken)
    assert np.array_equal(served(Embeddings(None, tmp_path), TEXTS), vectors)
    assert path.name in caplog.records[0].getMessage()
    again = Watched(tmp_path)
    assert np.array_equal(again.embeddings.of_texts(TEXTS), vectors)
    assert again.made == []


def test_a_file_cut_short_at_any_place_is_made_anew(tmp_path: Path) -> None:
    vectors = served(Embeddings(None, tmp_path), TEXTS)
    [path] = kept_in(tmp_path)
    whole = path.read_bytes()
    for length in range(0, len(whole), len(whole) // 5):
        path.write_bytes(whole[:length])
        assert np.array_equal(Embeddings(None, tmp_path).of_texts(TEXTS), vectors)


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    assert served(Embeddings(None, tmp_path / "file"), TEXTS).shape == (3, 384)
    assert "could not be kept" in caplog.records[-1].getMessage()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no setpriv")
def test_a_folder_that_may_not_be_read_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0)
    drop = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if os.getuid() == 0 else []
    command = [*drop, sys.executable, "-m", "bot", "ask", "does it help sciatica"]
    done = subprocess.run(
        command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0
    assert done.stdout.startswith("Does a butt massage help sciatica?\n")
    assert "Traceback" not in done.stderr


def copy_of_the_model(folder: Path) -> None:
    """Put the default model into a folder, as one of the operator's own."""
    found = find_spec(PACKAGE)
    assert found is not None
    assert found.submodule_search_locations
    shutil.copy(Path(found.submodule_search_locations[0]) / WEIGHTS, folder / WEIGHTS)
    SentenceModel()._tokenizer.save(str(folder / TOKENIZER))


def test_nothing_of_another_model_is_taken_or_lost(tmp_path: Path) -> None:
    served(Embeddings(None, tmp_path / "data"), TEXTS)
    copy_of_the_model(tmp_path)
    other = Watched(tmp_path / "data", tmp_path)
    served(other.embeddings, TEXTS)
    assert other.made == TEXTS
    for model in (None, tmp_path):
        again = Watched(tmp_path / "data", model)
        again.embeddings.of_texts(TEXTS)
        assert again.made == []


def test_another_tokenizer_makes_another_model(tmp_path: Path) -> None:
    copy_of_the_model(tmp_path)
    first = Watched(tmp_path / "data", tmp_path)
    served(first.embeddings, TEXTS)
    tokenizer = tmp_path / TOKENIZER
    tokenizer.write_text(tokenizer.read_text().replace('"lowercase": true', '"lowercase": false'))
    key_of.cache_clear()  # as after a restart
    again = Watched(tmp_path / "data", tmp_path)
    again.embeddings.of_texts(TEXTS)
    assert again.made == TEXTS


def test_a_tokenizer_of_another_model_is_told_and_an_emergency_is_warned(
    tmp_path: Path, shipped: Answerer, caplog: pytest.LogCaptureFixture
) -> None:
    """It fails at a question, and not when it is loaded."""
    copy_of_the_model(tmp_path)
    tokenizer = json.loads((tmp_path / TOKENIZER).read_text())
    tokenizer["model"]["vocab"]["bladder"] = 40_000
    (tmp_path / TOKENIZER).write_text(json.dumps(tokenizer))
    key_of.cache_clear()
    answerer = Answerer(replace(shipped.faq, entries=shipped.faq.entries[:2], off_topic=()), None, Embeddings(tmp_path))
    assert isinstance(answerer.decide("i can't control my bladder anymore since today"), Warning)
    assert "cannot read a text" in caplog.records[0].getMessage()
    assert len(caplog.records) == 1
    assert isinstance(answerer.decide("What is a glute massage?"), Answer)


def test_a_faq_that_was_learned_with_another_model_is_learned_without(
    shipped: Answerer, caplog: pytest.LogCaptureFixture
) -> None:
    weights = shipped.matcher._weights
    assert weights.meaning is not None
    replaced = replace(
        weights, meaning=replace(weights.meaning, model="another", embeddings=np.zeros((1, 256), np.float32))
    )
    answerer = Answerer(shipped.faq, replaced, Embeddings())
    answerer.prepare()
    assert not answerer.matcher.has_meaning
    [record] = caplog.records
    assert record.getMessage().startswith("The sentence model was replaced while I run: start me again.")
    assert isinstance(answerer.decide("Does a butt massage help sciatica?"), Answer)


def test_a_model_that_failed_keeps_nothing_in_memory(tmp_path: Path) -> None:
    """An error that is raised again and again has an ever longer traceback, which holds on to all that it went by."""
    embeddings, lengths = Embeddings(tmp_path / "nowhere"), []
    for _ in range(4):
        with pytest.raises(MeaningError) as raised:
            embeddings.load()
        lengths.append(len(raised.traceback))
    assert lengths[1] == lengths[2] == lengths[3]


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        MeaningError, match=r"^The sentence model cannot be read: .*/model\.onnx, No such file or directory\.$"
    ):
        SentenceModel(tmp_path)


def test_those_of_the_shipped_faq_come_with_the_bot(tmp_path: Path) -> None:
    """If this fails, run `python -m bot.matching.meaning.ship faq/faq.yaml faq/questions.yaml`."""
    watched = Watched(tmp_path)
    watched.embeddings.of_texts(shipped_texts(SHIPPED_FAQ, SHIPPED_QUESTIONS))
    assert watched.made == []
    assert SHIPPED.stat().st_size < 2_000_000


def test_reading_a_changed_faq_embeds_what_is_new_alone(tmp_path: Path) -> None:
    first = Watched(tmp_path)
    worker.answerer("faq.yaml", FAQ.encode(), first.embeddings)
    assert set(first.made) == {
        "Is there parking?",
        "Yes, behind the house.",
        "Is it far?",
        "It is next to the station.",
    }
    second = Watched(tmp_path)
    worker.answerer("faq.yaml", FAQ.replace("Is it far?", "Is it near?").encode(), second.embeddings)
    assert second.made == ["Is it near?"]


def test_general_lines_make_up_for_few_of_its_own(shipped: Answerer) -> None:
    def kinds(faq: Faq) -> dict[Kind, int]:
        found = [each.kind for each in training_texts(faq)]
        return {kind: found.count(kind) for kind in Kind}

    faq = Faq("T", Source("S", "A"), "D", (Entry("a", "s", "tell me a joke", "No."),), off_topic=("hello", "bye"))
    assert kinds(faq)[Kind.GENERAL] == 227  # with two lines, and the empty one
    assert all(each.text != "tell me a joke" or each.kind is Kind.WORDING for each in training_texts(faq))
    assert kinds(shipped.faq)[Kind.GENERAL] == 0


def test_general_lines_are_of_all_kinds_and_none_twice() -> None:
    lines = general_lines()
    assert len(lines) == len(set(lines)) > 300
    assert all(line.strip() for line in lines)
