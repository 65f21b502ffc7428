"""Goals from a file: looked at first, then set; a verdict per line; twice changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from accounts.tenancy import tenant_scope
from kpis.goal_setting.files import GoalFileRefused, empty_file, lines_in
from kpis.models import Goal, GoalVersion
from tests.cast import Cast

ADDRESS = "/a/aurora/c/bodega/goals/file/"
FILE = """kpi,from,to,target,baseline,note
leads,2026-01-01,2026-06-30,900,,Agreed
ctr,2026-01-01,2026-06-30,2.5%,2%,
nonsense,2026-01-01,2026-06-30,1,,
leads,2026-31-01,2026-06-30,1,,
cpl,2026-01-01,2026-06-30,much,12,
"""


@pytest.fixture
def browser(cast: Cast) -> Iterator[Browser]:
    with time_machine.travel(datetime(2026, 1, 10, 12, tzinfo=UTC), tick=False):
        browser = Browser(headers={"accept-language": "en"})
        browser.force_login(cast.marta)
        yield browser


def looked(browser: Browser, text: str) -> Any:
    upload = SimpleUploadedFile("goals.csv", text.encode())
    return browser.post(ADDRESS, {"file": upload, "do": "look"}).context


def written(browser: Browser, text: str, **more: str) -> Any:
    return browser.post(ADDRESS, {"text": text, "do": "write", **more}).context


def verdicts(context: Any) -> list[tuple[int, str, str]]:
    return [(each.line.number, each.verdict, each.column) for each in context["verdicts"]]


def kept(cast: Cast) -> tuple[int, int]:
    with tenant_scope(cast.aurora.pk):
        return Goal.objects.count(), GoalVersion.objects.count()


def test_it_is_looked_at_first_and_then_set(cast: Cast, browser: Browser) -> None:
    expected = [
        (2, "new", ""), (3, "new", ""), (4, "refused", "kpi"), (5, "refused", "from"),
        (6, "refused", "target"),
    ]  # fmt: skip
    assert verdicts(looked(browser, FILE)) == expected
    assert kept(cast) == (0, 0)
    refused = written(browser, FILE, all="on")
    assert (verdicts(refused), refused["is_written"], kept(cast)) == (expected, False, (0, 0))
    assert written(browser, FILE)["is_written"] is True
    assert kept(cast) == (2, 2)
    with tenant_scope(cast.aurora.pk):
        assert Goal.objects.get(kpi="ctr").target == Decimal("0.025")


def test_twice_changes_nothing_and_another_target_is_a_version(
    cast: Cast, browser: Browser
) -> None:
    written(browser, FILE)
    assert [each[1] for each in verdicts(written(browser, FILE))][:2] == ["same", "same"]
    assert kept(cast) == (2, 2)
    more = FILE.replace(",900,", ",1000,")
    assert verdicts(written(browser, more))[0] == (2, "changed", "")
    assert kept(cast) == (2, 3)


def test_the_empty_file_can_be_sent_back(cast: Cast, browser: Browser) -> None:
    text = browser.get(f"{ADDRESS}empty.csv").content.decode()
    assert text == empty_file()
    assert [line.cells["kpi"] for line in lines_in(text)] == ["leads", "cpl"]
    assert [line.cells for line in lines_in(text.replace(",", ";"))] == [
        line.cells for line in lines_in(text)
    ]


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "kpi,from\nleads,2026-01-01\n", "kpi,kpi,from,to\n"]
)
def test_a_file_of_something_else_is_refused(cast: Cast, browser: Browser, text: str) -> None:
    with pytest.raises(GoalFileRefused):
        lines_in(text)
    assert written(browser, text)["error"]


def test_it_requires_a_role_and_refuses_malena(cast: Cast, browser: Browser) -> None:
    for person, status in ((cast.ana, 403), (cast.vera, 403), (cast.malena, 404)):
        other = Browser()
        other.force_login(person)
        assert other.post(ADDRESS, {"text": FILE, "do": "write"}).status_code == status
    assert kept(cast) == (0, 0)


def test_a_goal_that_is_over_is_the_same_when_the_file_is_sent_again(browser: Browser) -> None:
    """Nothing of it could be changed any more, and nothing is asked of it."""
    over = "kpi,from,to,target,note\nleads,2025-07-01,2025-12-31,900,Agreed\n"
    assert verdicts(written(browser, over)) == [(2, "new", "")]
    assert verdicts(written(browser, over)) == [(2, "same", "")]
    assert verdicts(written(browser, over.replace("900", "950")))[0][1] == "refused"


def test_what_could_be_two_numbers_is_refused_in_a_file(browser: Browser) -> None:
    """Nobody knows in which language it was written; 120.000.000 and 1.234,50 are beyond doubt."""
    head = "kpi;from;to;target\n"
    line = "sessions;2026-01-01;2026-06-30;"
    for text in ("1.500", "1,500"):
        context = looked(browser, head + line + text)
        assert verdicts(context) == [(2, "refused", "target")]
        assert "write 1500 or 1.5000" in context["verdicts"][0].message
    assert (context["good"], context["refused"]) == (0, 1)
    for text in ("120.000.000", "1.234,50"):
        assert verdicts(looked(browser, head + line + text)) == [(2, "new", "")]
