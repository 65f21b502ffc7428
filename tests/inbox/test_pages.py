"""The inbox in the browser: shows, opens, marks; and the page of choices."""

import pytest
from django.test import Client as Browser

from accounts.models import User
from accounts.tenancy import tenant_scope
from inbox.models import Choice, Delivery
from inbox.services import notice_send
from tests.cast import Cast
from tests.inbox.told import hand_out, membership, send_night

INBOX = "/a/aurora/inbox/"


@pytest.fixture
def told(cast: Cast) -> Cast:
    with tenant_scope(cast.aurora.pk):
        send_night(cast.bodega)
        data = {"batch": 7, "file": "<b>leads.csv", "message": "Line 3 has no date."}
        notice_send(cast.aurora.pk, cast.cafe, "import_failed", "import:7", data)
        hand_out(cast.aurora)
    return cast


def page(user: User, address: str = INBOX) -> str:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser.get(address).content.decode()


def post(user: User, address: str, **data: str) -> tuple[int, str]:
    browser = Browser()
    browser.force_login(user)
    answer = browser.post(address, data)
    return answer.status_code, answer.get("Location", "")


def number_of(cast: Cast, user: User, kind: str) -> int:
    with tenant_scope(cast.aurora.pk):
        mine = membership(cast.aurora, user)
        return Delivery.objects.get(membership=mine, notice__kind=kind).pk


def test_it_shows_what_happened_and_counts_it(told: Cast) -> None:
    text = page(told.alicia)
    assert "Bodega: The night run of 20/03/2026 failed" in text or "03/20/2026" in text
    assert "Cafe: “&lt;b&gt;leads.csv” was not imported" in text
    assert "Nothing of it was kept. Line 3 has no date." in text
    assert "2 new notices" in text
    assert "Nothing to tell you" in page(told.vera)


def test_a_kind_can_be_chosen(told: Cast) -> None:
    text = page(told.alicia, INBOX + "?kind=import_failed")
    assert "was not imported" in text
    assert "night run of" not in text


def test_opening_reads_it_and_leads_on(told: Cast) -> None:
    number = number_of(told, told.alicia, "import_failed")
    assert post(told.alicia, f"{INBOX}{number}/") == (302, "/a/aurora/c/cafe/data/7/")
    assert "1 new notice<" in page(told.alicia)
    assert "was not imported" not in page(told.alicia, INBOX + "?new=1")
    assert post(told.alicia, f"{INBOX}{number}/mark/") == (302, INBOX)  # new again
    assert "2 new notices" in page(told.alicia)


def test_all_at_once(told: Cast) -> None:
    assert post(told.alicia, f"{INBOX}read/") == (302, INBOX)
    assert "new notice" not in page(told.alicia, "/a/aurora/clients/")
    assert "2 new notices" in page(told.marta)


def test_a_colleagues_notice_is_not_there(told: Cast) -> None:
    number = number_of(told, told.alicia, "import_failed")
    assert post(told.marta, f"{INBOX}{number}/")[0] == 404
    assert post(told.malena, f"{INBOX}{number}/")[0] == 404
    assert "2 new notices" in page(told.alicia)


def test_choosing(told: Cast) -> None:
    text = page(told.ana, f"{INBOX}choices/")
    assert "A night run failed" in text
    assert "An import failed" not in text  # an analyst imports nothing
    chosen = {"shown_night_failed": "on", "mailed_restated": "on"}
    assert post(told.ana, f"{INBOX}choices/", **chosen) == (302, INBOX)
    with tenant_scope(told.aurora.pk):
        mine = Choice.objects.filter(membership=membership(told.aurora, told.ana))
        assert {(row.kind, row.is_shown, row.is_mailed) for row in mine} == {
            ("night_failed", True, False), ("restated", False, True), ("source_stale", False, False),
            ("new_login", False, False), ("digest_warning", False, False), ("digest_news", False, False),
        }  # fmt: skip
