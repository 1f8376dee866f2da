"""Reading a FAQ file: what it becomes, and that no bytes make it raise or half-load."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.content.model import Entry, WarningSigns
from bot.content.yaml.read import check_faq, read_faq
from bot.settings import SHIPPED_FAQ
from tests.content.yaml.test_mistakes import GOOD

SHIPPED = SHIPPED_FAQ.read_bytes()


def test_everything_in_the_file_is_in_the_faq() -> None:
    full = GOOD.replace(
        "    answer: It is one.\n",
        "    answer: |\n      It is **one**.\n\n      - first\n    caution: Mind the gap.\n    related: [two]\n"
        "    reviewed: 2026-11-22\n",
    )
    full += "synonyms: [[butt, bum]]\noff_topic: [what is three]\n"
    full += "warning_signs: {message: Get help., phrases: [numb groin]}\n"
    faq = check_faq("faq.yaml", full.encode())
    assert faq.entries[0] == Entry(
        "one", "s", "What is one?", "It is **one**.\n\n- first", (), "Mind the gap.", ("two",), date(2026, 11, 22)
    )
    assert (faq.title, faq.source.title, faq.source.author, faq.disclaimer) == ("T", "S", "A", "D")
    assert faq.synonyms == (("butt", "bum"),)
    assert faq.off_topic == ("what is three",)
    assert faq.warning_signs == WarningSigns("Get help.", ("numb groin",))
    assert faq.entry("two") is faq.entries[1]
    assert faq.entry("three") is None
    assert faq.examples(1) == ("What is one?",)


def read_whole_or_not_at_all(data: bytes) -> None:
    found = read_faq(data)
    assert found.problems or found.faq is not None
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for problem in found.problems:
        assert 1 <= problem.line <= lines + 1
        assert problem.column >= 1
        assert problem.what
        assert problem.remedy.endswith((".", "?"))
        assert "\n" not in str(problem)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    read_whole_or_not_at_all(data)


YAML_TEXT = st.text(st.sampled_from("a1:-?[]{},&*!|>'\"%@`# \n\t~=<"), max_size=60)


@given(YAML_TEXT)
def test_no_yaml_makes_it_raise(text: str) -> None:
    read_whole_or_not_at_all(text.encode())


@given(st.integers(0, len(GOOD)), st.integers(0, 20), YAML_TEXT | st.text(max_size=10))
def test_no_slip_of_the_editor_makes_it_raise(at: int, removed: int, typed: str) -> None:
    read_whole_or_not_at_all((GOOD[:at] + typed + GOOD[at + removed :]).encode("utf-8", "surrogatepass"))


@given(st.integers(0, len(SHIPPED)), st.integers(0, 30), st.binary(max_size=10))
def test_no_slip_in_the_shipped_file_makes_it_raise(at: int, removed: int, typed: bytes) -> None:
    read_whole_or_not_at_all(SHIPPED[:at] + typed + SHIPPED[at + removed :])
