"""What is taken out of a text before it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data.redact import KEPT, redacted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("does it help", "does it help"),
        ("  does\n it\thelp ", "does it help"),
        ("<@1234567890123456789> does it help <@&99> <#55>", "… does it help …"),
        ("ask <@!1234567890123456789>", "ask …"),
        ("hey @ann.b does it help", "hey … does it help"),
        ("ann#1234 said so", "… said so"),
        ("write me at ann.b+x@mail.example.org please", "write me at … please"),
        ("see https://example.com/a?b=c#d for it", "see … for it"),
        ("see www.example.com/a for it", "see … for it"),
        ("see example.com/me for it", "see … for it"),
        ("discord.gg/abc", ""),
        ("call +44 20 7946 0958 now", "call … now"),
        ("call (555) 123-4567", "call …"),
        ("my id is 123456789012345678", "my id is …"),
        ("12345", ""),
        ("is 90 min 3x a week ok in 2026", "is 90 min 3x a week ok in 2026"),
        ("does it help.come on", "does it help.come on"),
        ("<:peach:123456789012345678> nice?", "… nice?"),
        ("<@1> <@2> <@3>", ""),
        ("?!", ""),
        ("half a character \ud800", "half a character ?"),
    ],
)
def test_what_names_somebody_is_taken_out(text: str, kept: str) -> None:
    assert redacted(text) == kept


def test_a_text_is_cut() -> None:
    assert len(redacted("word " * 100)) <= KEPT
    assert redacted("word " * 100).endswith("word…")


@given(st.text(max_size=500))
def test_any_text_is_kept_on_one_short_line(text: str) -> None:
    kept = redacted(text)
    assert len(kept) <= KEPT
    assert len(kept.splitlines()) <= 1
    assert redacted(kept) == kept or kept.endswith("…")


@given(st.from_regex(r"<@!?[0-9]{17,19}>", fullmatch=True), st.text(max_size=50), st.text(max_size=50))
def test_no_mention_is_kept(mention: str, before: str, after: str) -> None:
    assert mention not in redacted(f"{before} {mention} {after}")


@pytest.mark.parametrize("text", ["a." * 3000, "1 " * 3000, "@" * 6000, "a@" * 3000, "<@" * 3000, "www." * 1500])
def test_no_text_takes_long(text: str) -> None:
    assert len(redacted(text)) <= KEPT
