"""What leaves in a CSV is never a formula, and a number stays the number that it was."""

import pytest

from campaigns.csv_cells import safe_text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "-", "--1"],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-1", "-12.50", "+3", "0", "12.5", "a=1", "Ana", "", "a-b", "'=1"]
)
def test_numbers_and_texts_stay(text: str) -> None:
    assert safe_text(text) == text
