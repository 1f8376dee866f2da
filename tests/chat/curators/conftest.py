"""What the tests of curators' work share: a FAQ that is soon learned again, as each preview of an edit does."""

import pytest

from bot.matching.answerer import Answerer


@pytest.fixture
def answerer(small: Answerer) -> Answerer:
    return small
