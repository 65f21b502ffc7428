"""The pages of alert rules: the list, the form, the trial, the buttons."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import User
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.models import DailyTotal
from steering.models import AlertRule, Incident
from tests.cast import Cast
from tests.steering.scene import MONDAY, night, plain

RULES = "/a/aurora/c/bodega/goals/rules/"
FALL = {
    "name": "Fewer leads", "kpi": "leads", "condition": "change", "direction": "below", "limit": "20",
    "span": "week", "against": "before", "least_change": "5", "least_volume": "30",
    "severity": "critical", "note": "Call Meta",
}  # fmt: skip


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Cast]:
    """Ten leads a day until 10 March, then two."""
    with time_machine.travel(night(MONDAY, 10), tick=False):
        with tenant_scope(cast.aurora.pk):
            SourceSync.objects.create(
                agency=cast.aurora,
                client=cast.bodega,
                family="leads",
                source="manual",
                is_live=True,
            )
            own = {"agency_id": cast.aurora.pk, "client": cast.bodega, "family": "leads"}
            days = [MONDAY - timedelta(days=number) for number in range(1, 40)]
            DailyTotal.objects.bulk_create(
                DailyTotal(**own, day=day, leads=10 if day <= date(2026, 3, 10) else 2)
                for day in days
            )
        yield cast


def came(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def words(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(plain(response.content.decode()).split())


def rules(cast: Cast) -> list[AlertRule]:
    with tenant_scope(cast.aurora.pk):
        return list(AlertRule.objects.order_by("pk"))


def test_a_rule_is_set_and_reads_as_a_sentence(bodega: Cast) -> None:
    browser = came(bodega.marta)
    assert "No rules yet" in words(browser, RULES)
    assert browser.post(f"{RULES}new/", {**FALL, "do": "save"}).status_code == 302
    [rule] = rules(bodega)
    assert (rule.limit, rule.least_change, rule.severity) == (Decimal("0.2"), 5, "critical")
    page = words(browser, RULES)
    said = "New leads over the last 7 complete days: down by more than 20,0 %."
    assert f"{said} Only with at least 30 behind it." in page
    assert "Not judged yet" in page


def test_the_form_shows_per_cent_as_it_was_written_and_changes(bodega: Cast) -> None:
    browser = came(bodega.marta)
    browser.post(f"{RULES}new/", {**FALL, "do": "save"})
    [rule] = rules(bodega)
    assert 'name="limit" value="20"' in words(browser, f"{RULES}{rule.pk}/")
    browser.post(f"{RULES}{rule.pk}/", {**FALL, "limit": "12.5", "do": "save"})
    [changed] = rules(bodega)
    assert (changed.pk, changed.limit) == (rule.pk, Decimal("0.125"))


def test_a_trial_shows_what_would_have_been_sent_and_saves_nothing(bodega: Cast) -> None:
    response = came(bodega.marta).post(f"{RULES}new/", {**FALL, "do": "try"})
    page = " ".join(plain(response.content.decode()).split())
    # It held by the 12th, 13th, 14th and 15th (see test_rules), and was told on the second day.
    # There are leads from 5 February on; compared can be the days from the 12th on, 32 of them.
    assert "1 message would have gone out. It held on 4 of 32 days" in page
    assert "13 Mar 2026" in page
    assert rules(bodega) == []
    with tenant_scope(bodega.aurora.pk):
        assert not Incident.objects.exists()


def test_what_is_wrong_is_said_at_its_field(bodega: Cast) -> None:
    response = came(bodega.marta).post(f"{RULES}new/", {**FALL, "limit": "", "do": "save"})
    assert response.status_code == 200
    assert "Write the limit." in response.content.decode()
    assert rules(bodega) == []


def test_the_buttons(bodega: Cast) -> None:
    browser = came(bodega.marta)
    browser.post(f"{RULES}new/", {**FALL, "do": "save"})
    [rule] = rules(bodega)
    for _twice in range(2):
        browser.post(f"{RULES}{rule.pk}/pause/")
    assert "Paused" in words(browser, RULES)
    browser.post(f"{RULES}{rule.pk}/restore/")
    assert rules(bodega)[0].paused_at is None
    browser.post(f"{RULES}{rule.pk}/archive/")
    assert "Restore</button>" in words(browser, RULES)


def test_an_analyst_reads(bodega: Cast) -> None:
    came(bodega.marta).post(f"{RULES}new/", {**FALL, "do": "save"})
    page = words(came(bodega.ana), RULES)
    assert "Fewer leads" in page
    assert "Archive</button>" not in page


def test_another_clients_rule_is_not_found(bodega: Cast) -> None:
    came(bodega.marta).post(f"{RULES}new/", {**FALL, "do": "save"})
    [rule] = rules(bodega)
    path = f"/a/aurora/c/cafe/goals/rules/{rule.pk}/"
    assert came(bodega.marta).get(path).status_code == 404
    assert came(bodega.malena).get(f"{RULES}{rule.pk}/").status_code == 404


def test_the_limit_is_not_called_optional(bodega: Cast) -> None:
    page = words(came(bodega.marta), f"{RULES}new/")
    label = page[page.index('for="id_limit"') :]
    assert "optional" not in label[: label.index("</label>")]
    least = page[page.index('for="id_least_change"') :]
    assert "optional" in least[: least.index("</label>")]
