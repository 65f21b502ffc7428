"""What closed figures became: sentences, notices of 5 % and more, the API, and who has seen it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import translation

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.measures import MEASURES
from campaigns.models import SourceSync
from inbox.models import Notice
from kpis.calendar import Period
from kpis.models import DailyTotal, DayClose, NightRun, Restatement, SnapshotState
from kpis.pages.reader import Reader
from kpis.pages.restated import part_words, sentence
from kpis.restatements import Moved, Part, corrections_for, is_much, moved_by_month, moved_in
from kpis.telling import night_tell
from tests.api.conftest import Caller, token
from tests.cast import Cast
from webhooks.kinds import KINDS
from webhooks.models import Event

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
READER = Reader("en", "EUR")
BODEGA = "/a/aurora/c/bodega/"
DATA = "/a/aurora/c/bodega/data/"


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Bodega's February is closed on 3 March: reported 412 leads, now 431."""
    own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
    with tenant_scope(cast.aurora.pk):
        for family in ("leads", "ads", "costs", "sales", "web"):
            SourceSync.objects.create(**own, family=family, source=family, is_live=True)
            DayClose.objects.bulk_create(
                DayClose(
                    **own,
                    family=family,
                    day=FEBRUARY.first + timedelta(days=step),
                    closed_at=datetime(2026, 3, 3, 1, tzinfo=UTC),
                )
                for step in range(28)
            )
        SnapshotState.objects.create(**own, stock_through=date(2026, 4, 14))
        total(cast.bodega, 10, leads=400)
        total(cast.bodega, 20, leads=31)
        ledger(cast.bodega, 10, "leads", 15, "import")
        ledger(cast.bodega, 20, "leads", 2, "import")
        ledger(cast.bodega, 20, "leads", 2, "reclassified")
    return cast


def total(client: Client, day: int, **columns: Any) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id, client=client, family="leads", day=date(2026, 2, day),
        **{"currency": "EUR", **columns},
    )  # fmt: skip


def ledger(client: Client, day: int, measure: str, by: object, *reasons: str, **more: Any) -> None:
    Restatement.objects.create(
        **{
            "agency_id": client.agency_id,
            "client": client,
            "family": "leads",
            "day": date(2026, 2, day),
            "measure": measure,
            "difference": Decimal(str(by)),
            "reasons": list(reasons),
            "recorded_at": datetime(2026, 3, 20, tzinfo=UTC),
            **more,
        }
    )


def moved(client: Client, key: str, days: Period) -> list[Moved]:
    measures = [MEASURES[key]]
    lines = corrections_for(client, measures, days)
    return moved_in(client, measures, days, lines, date(2026, 4, 14))


def test_a_closed_period_is_told_as_one_sentence(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        (found,) = moved(told.bodega, "leads", FEBRUARY)
    assert (found.reported, found.now, found.parts) == (
        412, 431, (Part(("import",), Decimal(17)), Part(("reclassified",), Decimal(2))),
    )  # fmt: skip
    with translation.override("en"):
        assert sentence(found, READER, "Europe/Madrid") == (
            "New leads, February 2026: reported 412 on Mar 3, 2026, now 431: "
            "+17 late, +2 reclassified"
        )


def test_where_some_day_is_open_each_restated_day_is_told(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        found = moved(told.bodega, "leads", Period(date(2026, 2, 1), date(2026, 3, 5)))
    assert [(each.days.first.day, each.reported, each.now) for each in found] == [
        (10, 385, 400),
        (20, 27, 31),
    ]


def test_a_stock_is_told_by_day(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        for day in (10, 11):
            total(told.bodega, day, open_opps=8)
            ledger(told.bodega, day, "open_opps", 3, "manual")
        found = moved(told.bodega, "open_opps", FEBRUARY)
    assert [(each.days.days, each.reported, each.now) for each in found] == [(1, 5, 8), (1, 5, 8)]


def test_foreign_amounts_without_a_rate_tell_no_sentence(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        total(told.bodega, 10, order_value="10")
        ledger(told.bodega, 10, "order_value", 4, "import", currency="USD", family="sales")
        assert moved(told.bodega, "order_value", FEBRUARY) == []
        (line,) = corrections_for(told.bodega, [MEASURES["order_value"]], FEBRUARY)
        assert line.difference is None


@pytest.mark.parametrize(
    ("reasons", "by", "words"),
    [
        (("import",), 1, "+1 late"),
        (("api", "import"), 17, "+17 late"),
        (("import",), -3, "-3 withdrawn by the source"),
        (("reclassified",), 2, "+2 reclassified"),
        (("manual",), -1, "-1 corrected by hand"),
        (("undo",), -40, "-40 by an import undone"),
        (("rebuilt",), 5, "+5 recounted"),
        (("import", "manual"), 5, "+5 (an import, entered by hand)"),
        ((), 5, "+5 (not said)"),
    ],
)
def test_reasons_are_words(reasons: tuple[str, ...], by: int, words: str) -> None:
    with translation.override("en"):
        found = part_words(reasons, Decimal(by), "count", READER)
    assert found.replace("−", "-") == words


@pytest.mark.parametrize(
    ("reported", "now", "unit", "much"),
    [
        ("100", "105", "1", True),
        ("100", "104.9", "1", False),
        ("100", "95", "1", True),
        ("1000", "1049", "1", False),
        ("3", "3.9", "1", False),  # 30 %, and yet less than one
        ("0", "1", "1", True),
        ("0", "0", "1", False),
        ("0.20", "0.21", "0.01", True),
    ],
)
def test_much_is_a_twentieth_and_a_unit(reported: str, now: str, unit: str, much: bool) -> None:
    assert is_much(Decimal(reported), Decimal(now), Decimal(unit)) is much


def test_people_and_programs_are_told_once_for_each_step(told: Cast) -> None:
    """4.6 % say nothing; 29 of 402 are 7 %, 49 of 382 are 13 %; -21 of 452 are 4.6 %, -23 of 454 5.1 %."""
    with tenant_scope(told.aurora.pk):
        for by, events in ((0, 0), (10, 1), (20, 2), (-70, 2), (-2, 3)):
            if by:
                ledger(told.bodega, 10, "leads", by, "import")
            for _night in range(2):
                night_tell(told.bodega, date(2026, 4, 15))
            assert Event.objects.count() == Notice.objects.count() == events
        first = Event.objects.order_by("pk")[0]
    assert first.payload["client"] == "bodega"
    assert first.payload["data"] == {
        "measure": "leads", "unit": "count", "month": "2026-02-01", "reported": "402",
        "now": "431", "difference": "29", "currency": "EUR",
    }  # fmt: skip
    assert set(first.payload["data"]) == set(KINDS[first.kind].sample)


def test_a_cohort_that_matures_is_no_notice(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        total(told.bodega, 12, prospect_cohort_won=9)
        ledger(told.bodega, 12, "prospect_cohort_won", 7, "import")
        year = Period(date(2025, 4, 1), date(2026, 4, 14))
        assert [each.measure.key for each in moved_by_month(told.bodega, year)] == ["leads"]


def test_months_that_were_not_wholly_closed_are_no_figures(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        year = Period(date(2025, 4, 1), date(2026, 4, 14))
        assert [each.days for each in moved_by_month(told.bodega, year)] == [FEBRUARY]
        DayClose.objects.filter(client=told.bodega, family="leads", day="2026-02-05").delete()
        assert moved_by_month(told.bodega, year) == []


def page(browser: Browser, path: str) -> str:
    response = browser.get(path, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def browser_of(user: Any) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def test_five_percent_are_a_notice_until_it_is_dismissed_by_oneself(told: Cast) -> None:
    alicia, vera = browser_of(told.alicia), browser_of(told.vera)
    assert "Closed figures moved" not in page(alicia, BODEGA)  # 19 of 412 are 4.6 %
    with tenant_scope(told.aurora.pk):
        ledger(told.bodega, 20, "leads", 2, "import")  # 21 of 410 are 5.1 %
    for browser in (alicia, vera):
        assert "reported 410 on" in page(browser, BODEGA)
    assert alicia.post(f"{BODEGA}restatements/seen/").status_code == 302
    assert "Closed figures moved" not in page(alicia, BODEGA)
    assert "Closed figures moved" in page(vera, BODEGA)
    with tenant_scope(told.aurora.pk):
        ledger(
            told.bodega, 20, "leads", 1, "api", recorded_at=datetime(2026, 4, 15, 13, tzinfo=UTC)
        )
    assert "reported 409 on" in page(alicia, BODEGA)


def test_the_data_page_lists_them_and_the_audit(told: Cast) -> None:
    alicia = browser_of(told.alicia)
    assert "No total of a closed month moved" in page(alicia, DATA)
    with tenant_scope(told.aurora.pk):
        ledger(told.bodega, 20, "leads", 2, "import")
        night = NightRun.objects.create(
            agency=told.aurora, client=told.bodega, day=date(2026, 4, 15), state="done",
            found={"audited": {"leads": ["2026-02-03", "2026-02-09"]}, "differing": []},
        )  # fmt: skip
    shown = page(alicia, DATA)
    assert "reported 410 on" in shown
    assert "2 closed days were recounted" in shown
    with tenant_scope(told.aurora.pk):
        night.found["differing"] = [
            {"part": "leads", "day": "2026-02-03", "measure": "leads", "difference": "-3"}
        ]
        night.save()
    assert "2026-02-03, New leads: the facts differ from the snapshot by -3" in page(alicia, DATA)


def test_the_kpi_page_tells_three_readings(told: Cast) -> None:
    alicia = browser_of(told.alicia)
    path = f"{BODEGA}kpi/leads/?from=2026-02-01&to=2026-02-28&period=custom"
    shown = page(alicia, path)
    for words in ("As first reported", "412", "+17 late, +2 reclassified"):
        assert words in shown
    assert "It was 412" not in shown
    with tenant_scope(told.aurora.pk):
        ledger(told.bodega, 20, "leads", 2, "import")
    assert "It was 410 when it was first reported, and is 431 now." in page(alicia, path)
    then = page(alicia, f"{path}&as_of=2026-03-10")
    assert re.search(r"<dt>As of [^<]*10[^<]*</dt><dd[^>]*>410", then)
    early = page(alicia, f"{path}&as_of=2026-02-20")
    assert "some day of the period was not closed by then" in early
    assert page(alicia, f"{path}&as_of=nonsense")


def test_the_api_tells_the_ledger(told: Cast) -> None:
    robot: Caller = token(told.aurora, "read")
    asked = {"key": "leads", "from": "2026-02-01", "to": "2026-02-28"}
    found = robot.get("/api/v1/clients/bodega/restatements/", **asked).json()
    (figure,) = found["moved"]
    assert figure | {"sentence": "", "reported_at": ""} == {
        "measure": "leads", "from": "2026-02-01", "to": "2026-02-28", "reported": "412", "now": "431",
        "parts": [
            {"reasons": ["import"], "difference": "17"},
            {"reasons": ["reclassified"], "difference": "2"},
        ],
        "sentence": "", "reported_at": "",
    }  # fmt: skip
    assert "412" in figure["sentence"]
    assert [(line["day"], line["difference"], line["reasons"]) for line in found["lines"]] == [
        ("2026-02-20", "2", ["import"]),
        ("2026-02-20", "2", ["reclassified"]),
        ("2026-02-10", "15", ["import"]),
    ]
    other = robot.get("/api/v1/clients/bodega/restatements/", **asked, channel="email").json()
    assert (other["moved"], other["lines"]) == ([], [])


@pytest.mark.parametrize("key", ["", "happiness"])
def test_the_api_refuses_an_unknown_kpi(told: Cast, key: str) -> None:
    response = token(told.aurora, "read").get("/api/v1/clients/bodega/restatements/", key=key)
    assert response.status_code == 400


def test_costs_of_the_agency_are_not_told_to_a_viewer(told: Cast) -> None:
    with tenant_scope(told.aurora.pk):
        total(told.bodega, 10, agency_fees="50")
        ledger(told.bodega, 10, "agency_fees", 40, "manual", family="costs", currency="EUR")
    assert "Agency fees" in page(browser_of(told.alicia), BODEGA)
    assert "Agency fees, " not in page(browser_of(told.vera), BODEGA)
    asked = {"key": "cac", "from": "2026-02-01", "to": "2026-02-28"}
    seen = token(told.aurora, "read").get("/api/v1/clients/bodega/restatements/", **asked).json()
    assert "agency_fees" not in {line["measure"] for line in seen["lines"]}


def test_malena_is_refused(told: Cast) -> None:
    assert browser_of(told.malena).post(f"{BODEGA}restatements/seen/").status_code == 404
    found = token(told.boreal, "read").get("/api/v1/clients/bodega/restatements/", key="leads")
    assert found.status_code == 404
