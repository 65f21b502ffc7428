"""docs/security.md names a test for each promise, and the tests that it names are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text()
#: The promises that were set beforehand, by their numbers.
PROMISES = [*range(1, 9), 10, 13, 14, 15, *range(18, 23), 24, 26, 27, 28]


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"tests/[a-z0-9_/]+\.py", TEXT))
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_promise_has_its_row_with_a_test() -> None:
    rows = re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|", TEXT, re.MULTILINE)
    assert [int(number) for number, where in rows if "tests/" in where] == PROMISES
