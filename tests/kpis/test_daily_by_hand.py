"""Daily figures by hand: a month as a grid, kept as acts, undone, and counted anew."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client as Browser

from accounts.models import AuditEntry, Client, User
from accounts.tenancy import tenant_scope
from accounts.toasts import undo_address
from campaigns.daily_by_hand.places import Place
from campaigns.daily_by_hand.services import daily_figures_enter
from campaigns.models import Act, Campaign, DailyFact, SourceSync
from campaigns.records import act_undo
from kpis.calendar import Period
from kpis.question import Question
from kpis.services import answer
from tests.cast import Cast
from tests.kpis.facts import refresh
from tests.kpis.recompute import assert_snapshot_is_recomputed

PAGE = "/a/aurora/c/bodega/data/daily/"
MARCH = f"{PAGE}?month=2026-03"
FIRST, THIRD = date(2026, 3, 1), date(2026, 3, 3)


@pytest.fixture(autouse=True)
def in_march() -> Any:
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        yield


def browser_of(person: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(person)
    return browser


def kept(cast: Cast, *names: str) -> list[Any]:
    with tenant_scope(cast.aurora.pk):
        return list(DailyFact.objects.order_by("day", "pk").values_list("day", *names))


def covered(cast: Cast) -> list[Any]:
    with tenant_scope(cast.aurora.pk):
        syncs = SourceSync.objects.order_by("family")
        return list(syncs.values_list("family", "source", "is_live", "complete_from", "complete_through"))  # fmt: skip


def test_works_shows_and_saves(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    assert "Enter daily figures" in browser.get("/a/aurora/c/bodega/data/").content.decode()
    page = browser.get(MARCH).content.decode()
    assert (
        "March 2026" in page
        and "Page views, 3 March 2026" in page
        and "<h2>History</h2>" not in page
    )
    typed = {
        "2026-03-01:sessions": "1500",
        "2026-03-03:sessions": "20",
        "2026-03-03:pageviews": "0",
    }
    answer = browser.post(MARCH, {"shown": "{}", **typed})
    assert (answer.status_code, answer["Location"]) == (302, MARCH)
    assert [str(each) for each in get_messages(answer.wsgi_request)] == ["2 rows changed."]
    assert kept(cast, "family", "source", "sessions", "pageviews", "channel") == [
        (FIRST, "web", "manual", 1500, None, "unassigned"), (THIRD, "web", "manual", 20, 0, "unassigned"),
    ]  # fmt: skip
    assert covered(cast) == [("web", "manual", False, FIRST, THIRD)]
    shown = browser.get(MARCH).content.decode()
    assert 'value="1500"' in shown and "03/01/2026 · Sessions: — → 1500" in shown
    with tenant_scope(cast.aurora.pk):
        lines = AuditEntry.objects.filter(table_name="campaigns_dailyfact")
        acts = {(each.kind, each.count, each.actor_id) for each in Act.objects.all()}
        assert {("daily", 2, line.actor_id) for line in lines} == acts
    # sent again as the page showed it, nothing becomes another
    again = browser.post(MARCH, {"shown": "{}", **typed})
    assert "so already" in str([*get_messages(again.wsgi_request)][-1])
    assert len(kept(cast)) == 2


def test_counts_and_says_what_is_not_known_yet(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        figures = {FIRST: {"sessions": Decimal(5)}, THIRD: {"sessions": Decimal(7)}}
        daily_figures_enter(cast.bodega, Place("web"), figures, None)
        refresh(cast.bodega)
        assert_snapshot_is_recomputed(cast.bodega)
        asked = Question(("sessions",), Period(FIRST, date(2026, 3, 4)), by="day")
        rows = answer(cast.bodega, asked, True).rows
    found = [row.values["sessions"].value for row in rows if row.bucket and row.split is None]
    # nothing on the 2nd between two days with a value is zero; the 4th comes after the last one
    assert found == [5, 0, 7, None]


def test_two_at_the_same_month_take_nothing_from_each_other(cast: Cast) -> None:
    marta, ana = browser_of(cast.marta), browser_of(cast.alicia)
    assert marta.get(MARCH).context["shown"] == ana.get(MARCH).context["shown"] == "{}"
    marta.post(MARCH, {"shown": "{}", "2026-03-01:sessions": "5", "2026-03-03:sessions": ""})
    ana.post(MARCH, {"shown": "{}", "2026-03-01:sessions": "", "2026-03-03:sessions": "7"})
    assert kept(cast, "sessions") == [(FIRST, 5), (THIRD, 7)]
    # what she empties that her page did show goes, and with the day's last figure its row
    shown = marta.get(MARCH).context["shown"]
    marta.post(MARCH, {"shown": shown, "2026-03-01:sessions": "", "2026-03-03:sessions": "7"})
    assert kept(cast, "sessions") == [(THIRD, 7)]
    assert covered(cast) == [("web", "manual", False, THIRD, THIRD)]


def test_each_place_has_its_own_row(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        own = {"agency": cast.aurora, "client": cast.bodega}
        spring = Campaign.objects.create(**own, external_id="1", name="Spring")
        foreign = Campaign.objects.create(agency=cast.aurora, client=cast.cafe, external_id="2", name="No")  # fmt: skip
    browser = browser_of(cast.marta)
    ads = f"{MARCH}&family=ads&channel=paid_search"
    for place, spend in (
        (ads, "12.5"), (f"{ads}&campaign={spring.pk}", "7"),
        (f"{ads}&campaign={spring.pk}&platform=Bing", "3"),
    ):  # fmt: skip
        shown = browser.get(place).context["shown"]
        assert (
            browser.post(place, {"shown": shown, "2026-03-01:ad_spend": spend}).status_code == 302
        )
    # what was typed for a campaign that is none here, or has gone since, comes to stand nowhere
    for gone in (foreign.pk, 99, "99999999999999999999", "x"):
        typed = {"shown": "{}", "2026-03-01:ad_spend": "13"}
        assert browser.post(f"{ads}&campaign={gone}", typed).status_code == 404
    assert kept(cast, "campaign_id", "platform", "ad_spend", "currency", "channel") == [
        (FIRST, None, "", Decimal("12.5"), "EUR", "paid_search"),
        (FIRST, spring.pk, "", Decimal(7), "EUR", "paid_search"),
        (FIRST, spring.pk, "Bing", Decimal(3), "EUR", "paid_search"),
    ]  # fmt: skip
    with tenant_scope(cast.aurora.pk):
        SourceSync.objects.create(**own, family="ads", source="google_ads")
    assert "added to what comes from google_ads" in browser.get(ads).content.decode()


def test_undo_from_the_message_and_from_the_history(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    first = browser.post(MARCH, {"shown": "{}", "2026-03-01:sessions": "5"})
    undo = undo_address([*get_messages(first.wsgi_request)][-1])
    browser.post(MARCH, {"shown": "{}", "2026-03-03:sessions": "7"})
    assert f'action="{undo}"' in browser.get(MARCH).content.decode()
    back = browser.post(undo, {"next": MARCH})
    assert (back.status_code, back["Location"]) == (302, MARCH)
    assert kept(cast, "sessions") == [(THIRD, 7)]
    assert covered(cast) == [("web", "manual", False, THIRD, THIRD)]
    assert browser.post(undo)["Location"] == PAGE, "undone already, and said"
    page = browser.get(MARCH).content.decode()
    assert "Sessions: 5 → —" in page, "the undo is an act too, and its rows still have their day"
    assert browser_of(cast.ana).post(undo).status_code == 403
    assert browser_of(cast.malena).post(undo).status_code == 404


@pytest.mark.parametrize("seed", [1, 2])
def test_undone_in_any_order_it_is_as_if_never_entered(cast: Cast, seed: int) -> None:
    random, acts = Random(seed), []
    with tenant_scope(cast.aurora.pk):
        for number in range(4):  # each at days of its own, so that none stands on another
            days = [date(2026, 3, 1 + number + 4 * week) for week in range(3)]
            figures = {day: {"sessions": Decimal(random.randrange(9))} for day in days}
            acts.append(daily_figures_enter(cast.bodega, Place("web"), figures, None))
        for act in random.sample(acts, len(acts)):
            act_undo(cast.bodega, act.pk, None)
            refresh(cast.bodega)
            assert_snapshot_is_recomputed(cast.bodega)
            days = list(DailyFact.objects.order_by("day").values_list("day", flat=True))
            syncs = list(SourceSync.objects.values_list("complete_from", "complete_through"))
            assert syncs == ([(days[0], days[-1])] if days else [])
    assert kept(cast) == []


@pytest.mark.parametrize(
    ("cell", "text", "why"),
    [
        ("2026-03-01:sessions", "many", "is not a number"),
        ("2026-03-01:sessions", "1.25", "is not a whole number"),
        ("2026-03-01:sessions", "-3", "is negative"),
        ("2026-03-25:sessions", "3", "has not come yet"),
    ],
)
def test_bad_input_is_shown_where_it_is_and_nothing_is_kept(
    cast: Cast, cell: str, text: str, why: str
) -> None:
    answer = browser_of(cast.marta).post(
        MARCH, {"shown": "{}", cell: text, "2026-03-03:sessions": "5"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and why in page and f'value="{text}"' in page
    assert kept(cast) == []


def test_what_an_address_or_a_form_makes_up_changes_nothing_else(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    for query in (
        "family=leads",
        "month=1066-13",
        "channel=x&platform=%00",
    ):
        assert browser.get(f"{PAGE}?{query}").status_code == 200
    made_up = {
        "shown": "[" * 100_000,
        "2026-03-01:clicks": "5",
        "2026-04-01:sessions": "5",
        "id": "7",
    }
    assert browser.post(MARCH, made_up).status_code == 302
    assert kept(cast) == [], "clicks are no figure of the web, April is another month"


def test_amounts_keep_their_currency_and_say_it_where_the_clients_is_another(cast: Cast) -> None:
    browser, ads = browser_of(cast.marta), f"{MARCH}&family=ads"
    browser.post(ads, {"shown": "{}", "2026-03-01:ad_spend": "5", "2026-03-01:clicks": "2"})
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(currency="USD")
    page = browser.get(ads)
    found = {cell.name: cell.currency for line in page.context["lines"] for cell in line.cells}
    assert {name for name, currency in found.items() if currency} == {
        "2026-03-01:ad_spend", "2026-03-01:platform_conversion_value",
    }  # fmt: skip
    assert "(EUR), 1 March 2026" in page.content.decode()
    wrong = {"2026-03-01:ad_spend": "x", "shown": page.context["shown"]}
    assert "(EUR), 1 March 2026" in browser.post(ads, wrong).content.decode()
    typed = {"2026-03-01:ad_spend": "6", "2026-03-03:ad_spend": "7", "shown": page.context["shown"]}
    browser.post(ads, typed)
    assert kept(cast, "ad_spend", "currency") == [(FIRST, 6, "EUR"), (THIRD, 7, "USD")]


def test_requires_the_role(cast: Cast) -> None:
    ana = browser_of(cast.ana)  # reads everything, writes nothing
    page = ana.get(MARCH).content.decode()
    assert "disabled" in page and ">Save<" not in page
    assert ana.post(MARCH, {"2026-03-01:sessions": "5"}).status_code == 403
    for person in (cast.sergio, cast.vera):
        assert browser_of(person).get(MARCH).status_code == 403
    assert browser_of(cast.malena).get(MARCH).status_code == 404
    assert kept(cast) == []
