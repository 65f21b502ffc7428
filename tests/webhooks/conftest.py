"""The kinds of events that these tests tell of."""

from collections.abc import Iterator

import pytest

from tests.webhooks.kinds import declared


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    with declared():
        yield
