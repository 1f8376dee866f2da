"""Embeddings: like texts are near each other, each is made once and kept, and no broken file is in the way."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.model import Entry, Faq, Source
from bot.matching.answerer import Answerer
from bot.matching.learn import worker
from bot.matching.learn.texts import Kind, general_lines, training_texts
from bot.matching.meaning.embeddings import FILE, SHIPPED, Embeddings
from bot.matching.meaning.model import PACKAGE, TOKENIZER, WEIGHTS, MeaningError, SentenceModel
from bot.matching.meaning.ship import texts as shipped_texts
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS

ANY = Embeddings()
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


def test_what_was_made_once_is_kept(tmp_path: Path) -> None:
    first = Watched(tmp_path)
    vectors = first.embeddings.of_texts(TEXTS)
    assert first.made == TEXTS
    again = Watched(tmp_path)
    assert np.array_equal(again.embeddings.of_texts([*reversed(TEXTS), "is it far"])[:3], vectors[::-1])
    assert again.made == ["is it far"]
    assert again.embeddings.of_texts(["is it far"]).shape == (1, 384)
    assert again.made == ["is it far"]


def test_kept_ones_are_about_what_the_model_says(tmp_path: Path, model: SentenceModel) -> None:
    kept = Embeddings(None, tmp_path).of_texts(TEXTS)
    assert (kept * np.array([model.embed(text) for text in TEXTS])).sum(axis=1) == pytest.approx([1.0] * 3, abs=1e-3)


def test_questions_are_not_kept(tmp_path: Path) -> None:
    Embeddings(None, tmp_path).of_question("is it far")
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04", b"x" * 3_000])
def test_a_broken_file_is_made_anew(tmp_path: Path, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_bytes(broken)
    vectors = Embeddings(None, tmp_path).of_texts(TEXTS)
    assert FILE in caplog.records[0].getMessage()
    again = Watched(tmp_path)
    assert np.array_equal(again.embeddings.of_texts(TEXTS), vectors)
    assert again.made == []


def test_a_file_cut_short_at_any_place_is_made_anew(tmp_path: Path) -> None:
    vectors = Embeddings(None, tmp_path).of_texts(TEXTS)
    whole = (tmp_path / FILE).read_bytes()
    for length in range(0, len(whole), len(whole) // 5):
        (tmp_path / FILE).write_bytes(whole[:length])
        assert np.array_equal(Embeddings(None, tmp_path).of_texts(TEXTS), vectors)


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    assert Embeddings(None, tmp_path / "file").of_texts(TEXTS).shape == (3, 384)
    assert "could not be kept" in caplog.records[0].getMessage()


def test_nothing_of_another_model_is_taken(tmp_path: Path) -> None:
    Embeddings(None, tmp_path / "data").of_texts(TEXTS)
    found = find_spec(PACKAGE)
    assert found is not None
    assert found.submodule_search_locations
    data = (Path(found.submodule_search_locations[0]) / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(data.replace(b"pytorch", b"another", 1))  # who made it: another file, as good
    assert (tmp_path / WEIGHTS).read_bytes() != data
    SentenceModel()._tokenizer.save(str(tmp_path / TOKENIZER))
    other = Watched(tmp_path / "data", tmp_path)
    assert other.embeddings.of_texts(TEXTS).shape == (3, 384)
    assert other.made == TEXTS
    own = Watched(tmp_path / "data", tmp_path)
    own.embeddings.of_texts(TEXTS)
    assert own.made == []


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MeaningError, match=r"^The sentence model cannot be loaded: .*model\.onnx"):
        SentenceModel(tmp_path)


def test_those_of_the_shipped_faq_come_with_the_bot(tmp_path: Path) -> None:
    """If this fails, run `python -m bot.matching.meaning.ship faq/faq.yaml faq/questions.yaml`."""
    watched = Watched(tmp_path)
    watched.embeddings.of_texts(shipped_texts(SHIPPED_FAQ, SHIPPED_QUESTIONS))
    assert watched.made == []
    assert SHIPPED.stat().st_size < 2_000_000


def test_reading_a_changed_faq_embeds_what_is_new_alone(tmp_path: Path) -> None:
    faq = Faq("T", Source("S", "A"), "D", (Entry("a", "s", "Is there parking?", "Yes, behind the house."),))
    first = Watched(tmp_path)
    worker.answerer_of(faq, first.embeddings)
    assert set(first.made) == {"Is there parking?", "Yes, behind the house."}
    changed = Faq("T", Source("S", "A"), "D", (*faq.entries, Entry("b", "s", "Is there a bus?", "No.")))
    second = Watched(tmp_path)
    worker.answerer_of(changed, second.embeddings)
    assert second.made == ["Is there a bus?"]


def test_general_lines_make_up_for_few_of_its_own(shipped: Answerer) -> None:
    def kinds(faq: Faq) -> dict[Kind, int]:
        found = [each.kind for each in training_texts(faq)]
        return {kind: found.count(kind) for kind in Kind}

    faq = Faq("T", Source("S", "A"), "D", (Entry("a", "s", "tell me a joke", "No."),), off_topic=("hello", "bye"))
    assert kinds(faq)[Kind.GENERAL] == 197  # with two lines, and the empty one
    assert all(each.text != "tell me a joke" or each.kind is Kind.WORDING for each in training_texts(faq))
    assert kinds(shipped.faq)[Kind.GENERAL] == 0


def test_general_lines_are_of_all_kinds_and_none_twice() -> None:
    lines = general_lines()
    assert len(lines) == len(set(lines)) > 300
    assert all(line.strip() for line in lines)
