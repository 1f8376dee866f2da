"""What a change did, as lines: shown as a diff, and undone wherever its lines still are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.diff import LinesChangedError, differences, hunks, shown, undone
from bot.content.model import Entry, Faq, Source

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "  d: e\r\n"]), max_size=9)
ENDS = st.sampled_from(["", "f", "a"])


@given(LINES, ENDS, LINES, ENDS)
def test_a_change_is_undone_to_the_byte(before: list[str], end: str, after: list[str], new_end: str) -> None:
    old, new = "".join(before) + end, "".join(after) + new_end
    change = hunks(old, new)
    assert (change == ()) == (old == new)
    if new:
        assert undone(new, change) == old


@given(LINES, st.integers(0, 9), st.integers(0, 9))
def test_a_change_is_undone_among_later_ones(lines: list[str], first: int, second: int) -> None:
    """One line comes, then another elsewhere: the first can go without the second."""
    with_one = [*lines[:first], "one\n", *lines[first:]]
    change = hunks("".join(lines), "".join(with_one))
    with_both = [*with_one[:second], "two\n", *with_one[second:]]
    expected = [line for line in with_both if line != "one\n"]
    assert undone("".join(with_both), change) == "".join(expected)


@pytest.mark.parametrize("now", ["a\nB\nc\n", "a\nc\n", "a\nx\nc\na\nx\nc\n", ""])
def test_lines_that_changed_again_are_not_undone(now: str) -> None:
    change = hunks("a\nb\nc\n", "a\nx\nc\n")
    assert undone("0\na\nx\nc\n", change) == "0\na\nb\nc\n"
    with pytest.raises(LinesChangedError, match="changed again since"):
        undone(now, change)


def test_the_same_line_elsewhere_does_not_keep_a_change_from_being_undone() -> None:
    change = hunks("one\n1\n\ntwo\n2\n", "one\n1\ncaution\n\ntwo\n2\n")
    assert undone("one\n1\ncaution\n\ntwo\n2\ncaution\n", change) == "one\n1\n\ntwo\n2\ncaution\n"


def test_a_removal_is_undone_beside_lines_that_changed() -> None:
    change = hunks("a\nb\nc\ngone\nd\ne\n", "a\nb\nc\nd\ne\n")
    assert undone("a\nb\nC\nd\ne\n", change) == "a\nb\nC\ngone\nd\ne\n"
    with pytest.raises(LinesChangedError):
        undone("A\nB\nC\nD\nE\n", change)


def test_a_last_line_that_got_a_break_is_still_the_same() -> None:
    change = hunks("a\nb", "a\nb\nc")
    assert undone("a\nb\nc", change) == "a\nb"
    assert undone("a\nb\nc\nd\n", change) == "a\nb\nd\n"


def test_a_diff_shows_what_went_and_came_between_its_neighbours() -> None:
    old = "".join(f"{number}\n" for number in range(12))
    new = old.replace("5\n", "five\n").replace("11\n", "")
    assert shown(hunks(old, new)) == [" 3", " 4", "-5", "+five", " 6", " 7", "…", " 9", " 10", "-11"]
    near = old.replace("5\n", "five\n").replace("7\n", "seven\n")
    assert shown(hunks(old, near)) == [" 3", " 4", "-5", "+five", " 6", "-7", "+seven", " 8", " 9"]


def test_hundreds_of_changes_in_a_long_file_are_found_at_once() -> None:
    old = [f"line {number}\n" for number in range(4_000)]
    new = [line for number, line in enumerate(old) if number % 9]
    change = hunks("".join(old), "".join(new))
    assert undone("".join(new), change) == "".join(old)
    whole = hunks("".join(old * 3), "".join(reversed(new * 3)))
    assert undone("".join(reversed(new * 3)), whole) == "".join(old * 3)


def faq(*entries: Entry, title: str = "T", off_topic: tuple[str, ...] = ()) -> Faq:
    return Faq(title, Source("S", "A"), "D", entries, off_topic=off_topic)


def test_differences_are_told_by_id() -> None:
    one, two, three = (Entry(name, "s", f"What is {name}?", "It is.") for name in ("one", "two", "three"))
    other = Entry("two", "s", "What is two?", "It was.")
    found = differences(faq(one, two), faq(three, other, title="U", off_topic=("x",)))
    assert str(found) == "added three; edited two; removed one; changed title, off_topic"
    assert found.to_come() == "adds three; edits two; removes one; changes title, off_topic"
    assert str(differences(faq(one, two), faq(two, one))) == "changed the order of the entries"
    assert str(differences(faq(one), faq(one))) == "changed comments only"
