"""What is shaped like a question, and what tells something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.shape import asks


@pytest.mark.parametrize(
    "text",
    [
        "Does it help?",
        "does it help sciatica if you have had it for years and nothing else has worked",
        "ok so dumb question but is it weird that I want to ask my physio about my backside",
        "My back has been bad for weeks. Anyone here who has tried a massage",
        "my hips have been killing me since the marathon, would this sort them out",
        "been wondering for a while if kneading the muscles does anything for runners",
        "glute massage benefits",
        "can u get injured from it, my nan thinks that you can and she is never wrong",
        "not sure whether to book one or to save my money for something else instead",
        "¿ayuda con la ciática?",
    ],
)
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "went for a butt massage because of my sciatica yesterday and it was great",
        "Just booked my first glute massage for Tuesday, my partner keeps laughing at me",
        "the physio pressed her elbow into my backside and I nearly jumped off of the table",
        "my sciatica is back again so no football for me this weekend, good luck lads",
    ],
)
def test_statements(text: str) -> None:
    assert not asks(text)


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    assert asks(text) in (True, False)
    assert asks(f"{text}?")
