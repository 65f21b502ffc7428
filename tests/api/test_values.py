"""GET /api/v1/clients/<client>/kpis/values/, against totals worked out by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.catalogue import KPIS
from kpis.models import DailyTotal, DayClose, Restatement, SnapshotState
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/bodega/kpis/values/"
FIRST_QUARTER = {"from": "2018-01-01", "to": "2018-03-31"}


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    """Noon of 15 June 2018: the first quarter is complete and settled."""
    with time_machine.travel(datetime(2018, 6, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def numbers(cast: Cast) -> None:
    """January: 1,250.00 for 50 leads by paid search. February: 300.00 and none. March: e-mail."""
    bodega = cast.bodega
    with tenant_scope(cast.aurora.pk):
        for family in ("ads", "leads", "sales", "costs"):
            SourceSync.objects.create(
                agency=cast.aurora, client=bodega, family=family, source=family, is_live=True
            )
        refreshed = datetime(2018, 6, 15, 3, tzinfo=UTC)
        SnapshotState.objects.create(
            agency=cast.aurora, client=bodega, refreshed_at=refreshed, stock_through="2018-06-14"
        )
        total(bodega, "ads", date(2018, 1, 10), channel="paid_search", ad_spend="250.00")
        total(bodega, "ads", date(2018, 1, 20), channel="paid_search", ad_spend="1000.00")
        total(bodega, "leads", date(2018, 1, 10), channel="paid_search", leads=20)
        total(bodega, "leads", date(2018, 1, 31), channel="paid_search", leads=30)
        total(bodega, "ads", date(2018, 2, 1), channel="paid_search", ad_spend="300.00")
        total(bodega, "leads", date(2018, 3, 1), channel="email", leads=7)
        total(bodega, "costs", date(2018, 1, 15), agency_fees="500.00")


def total(client: Client, family: str, day: date, **columns: Any) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id, client=client, family=family, day=day,
        **{"currency": client.currency, **columns},
    )  # fmt: skip


def value(text: str | None, reason: str | None = None, **inputs: str) -> dict[str, Any]:
    return {"value": text, "reason": reason, "inputs": inputs, "state": "final"}


def test_it_answers_by_month_and_channel(robot: Caller) -> None:
    response = robot.get(ADDRESS, keys="cpl", by="month", split="channel", **FIRST_QUARTER)
    assert response.status_code == 200

    def row(
        month: str, last: str, channel: str, label: str, cpl: dict[str, Any], small: bool
    ) -> Any:
        return {
            "bucket": month, "from": f"{month}-01", "to": f"{month}-{last}",
            "split": channel, "label": label, "values": {"cpl": cpl},
            "small_sample": ["cpl"] if small else [], "previous": None,
        }  # fmt: skip

    nothing = value(None, "zero_denominator", ad_spend="0.00", leads="0")
    assert response.json() == {
        "client": "bodega",
        "currency": "EUR",
        "time_zone": "Europe/Madrid",
        "as_of": "2018-06-15T03:00:00Z",
        "last_complete": "2018-06-14",
        "from": "2018-01-01",
        "to": "2018-03-31",
        "by": "month",
        "split": "channel",
        "filters": {},
        "comparison": None,
        "parameters": {
            "cost_basis": "media", "profit_basis": "revenue", "margin": None, "window_days": 90,
        },
        "missing": [],
        "rows": [
            # (250.00 + 1000.00) / (20 + 30) = 25.00
            row("2018-01", "31", "paid_search", "Paid Search",
                value("25.00", ad_spend="1250.00", leads="50"), False),
            row("2018-01", "31", "email", "Email", nothing, False),
            # 300.00 for no lead has no cost per lead
            row("2018-02", "28", "paid_search", "Paid Search",
                value(None, "zero_denominator", ad_spend="300.00", leads="0"), False),
            row("2018-02", "28", "email", "Email", nothing, False),
            row("2018-03", "31", "paid_search", "Paid Search", nothing, False),
            # seven leads for nothing: a small sample, and 0.00 each
            row("2018-03", "31", "email", "Email",
                value("0.00", ad_spend="0.00", leads="7"), True),
        ],
    }  # fmt: skip


def test_it_compares_with_a_like_for_like_period(robot: Caller) -> None:
    period = {"from": "2018-02-01", "to": "2018-02-28"}
    found = robot.get(ADDRESS, keys="leads,ad_spend", compare="previous", **period).json()
    assert found["comparison"] == {"rule": "previous", "from": "2018-01-01", "to": "2018-01-31"}
    assert found["rows"] == [
        {
            "bucket": "",
            "from": "2018-02-01",
            "to": "2018-02-28",
            "split": None,
            "label": "",
            "values": {
                "leads": value("0", leads="0"),
                "ad_spend": value("300.00", ad_spend="300.00"),
            },
            "small_sample": [],
            "previous": {
                "from": "2018-01-01",
                "to": "2018-01-31",
                "values": {
                    "leads": value("50", leads="50"),
                    "ad_spend": value("1250.00", ad_spend="1250.00"),
                },
            },
        }
    ]


def test_it_filters(robot: Caller) -> None:
    found = robot.get(ADDRESS, keys="leads", channel="email,organic_search", **FIRST_QUARTER).json()
    assert found["filters"] == {"channel": ["email", "organic_search"]}
    assert found["rows"][0]["values"] == {"leads": value("7", leads="7")}


def test_a_day_without_its_source_makes_it_partial(robot: Caller) -> None:
    found = robot.get(ADDRESS, keys="sessions", **FIRST_QUARTER).json()
    assert found["missing"] == [
        {"family": "web", "source": "", "from": "2018-01-01", "to": "2018-03-31"}
    ]
    assert found["rows"][0]["values"]["sessions"] == {
        "value": None, "reason": "no_source", "inputs": {"sessions": None}, "state": "partial",
    }  # fmt: skip


def test_a_viewer_sees_the_number_and_never_the_agencys_own_costs(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(cost_basis="media_fees")
    question = {"keys": "cpl", "from": "2018-01-01", "to": "2018-01-31"}
    inside = person(cast.alicia, "aurora").get(ADDRESS, **question).json()
    viewer = person(cast.vera, "aurora").get(ADDRESS, **question)
    # (1250.00 + 500.00) / 50 = 35.00
    whole = value("35.00", ad_spend="1250.00", agency_fees="500.00", leads="50")
    assert inside["rows"][0]["values"]["cpl"] == whole
    shown = value("35.00", ad_spend="1250.00", leads="50")
    assert viewer.json()["rows"][0]["values"]["cpl"] == shown
    for key in ("agency_fees", "500"):
        assert key not in viewer.content.decode()
    limited = token(cast.aurora, "read").get(ADDRESS, **question).json()
    assert limited["rows"][0]["values"]["cpl"] == shown


def test_it_requires_a_role(cast: Cast) -> None:
    refusal = (403, error("forbidden", capability="see_numbers"))
    seller = person(cast.sergio, "aurora")
    assert heard(seller.get(ADDRESS, keys="leads", **FIRST_QUARTER)) == refusal
    writer = token(cast.aurora, "data:write", "leads:write")
    assert heard(writer.get(ADDRESS, keys="leads", **FIRST_QUARTER)) == refusal


def test_it_refuses_malena(cast: Cast, malena_robot: Caller, bodega_robot: Caller) -> None:
    gone = (404, error("not_found"))
    assert heard(malena_robot.get(ADDRESS, keys="leads", **FIRST_QUARTER)) == gone
    malena = person(cast.malena, "boreal")
    assert heard(malena.get(ADDRESS, keys="leads", **FIRST_QUARTER)) == gone
    cafe = "/api/v1/clients/cafe/kpis/values/"
    assert heard(bodega_robot.get(cafe, keys="leads", **FIRST_QUARTER)) == gone
    assert heard(person(cast.vera, "aurora").get(cafe, keys="leads", **FIRST_QUARTER)) == gone


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"keys": "nope"}, "unknown_kpi"),
        ({"keys": "leads", "from": "2018-02-31", "to": "2018-03-31"}, "bad_date"),
        ({"keys": "leads", "from": "2018-02-01"}, "half_period"),
        ({"keys": "leads", "from": "2018-03-01", "to": "2018-02-01"}, "from_after_to"),
        ({"keys": "leads", "period": "whenever"}, "unknown_period"),
        ({"keys": "leads", "by": "hour"}, "unknown_by"),
        ({"keys": "leads", "split": "colour"}, "unknown_split"),
        ({"keys": "leads", "compare": "nothing-like-it"}, "unknown_comparison"),
        ({"keys": "leads", "by": "day", "from": "2010-01-01", "to": "2018-01-01"}, "too_many_buckets"),
        ({"keys": ",".join(list(KPIS)[:20]), "by": "day", "split": "channel",
          "from": "2017-06-01", "to": "2018-03-31"}, "too_many_values"),
        ({"keys": "leads", "channel": "em\0ail"}, "bad_filter"),
        ({"keys": "leads", "chanel": "email"}, "unknown_parameter"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(robot: Caller, query: dict[str, str], code: str) -> None:
    status, body = heard(robot.get(ADDRESS, **query))
    assert (status, body["code"]) == (400, code)


def test_it_reads_back_what_was_reported(cast: Cast, robot: Caller) -> None:
    own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
    with tenant_scope(cast.aurora.pk):
        for family in ("leads", "ads", "costs"):
            DayClose.objects.create(
                **own, family=family, day=date(2018, 3, 1),
                closed_at=datetime(2018, 3, 11, 12, tzinfo=UTC),
            )  # fmt: skip
        Restatement.objects.create(
            **own, family="leads", day="2018-03-01", channel="email", measure="leads", difference=2,
            recorded_at=datetime(2018, 3, 20, tzinfo=UTC), reasons=["import"],
        )  # fmt: skip
    asked = {"keys": "leads", "from": "2018-03-01", "to": "2018-03-01"}
    read = {
        as_of: robot.get(ADDRESS, **asked, as_of=as_of).json()["rows"][0]
        for as_of in ("first_reported", "2018-03-12", "2018-03-10", "2018-03-25")
    }
    found = {
        as_of: (
            row["values"]["leads"]["value"],
            row["values"]["leads"]["state"],
            row["as_of"]["leads"],
        )
        for as_of, row in read.items()
    }
    now = robot.get(ADDRESS, **asked).json()["as_of"]
    assert found == {
        "first_reported": ("5", "final", "first_reported"),  # 7 now, 2 of them came later
        "2018-03-12": ("5", "final", found["2018-03-12"][2]),
        "2018-03-10": ("7", "provisional", now),
        "2018-03-25": ("7", "final", found["2018-03-25"][2]),
    }
    assert found["2018-03-12"][2].startswith("2018-03-13T00:00:00")


def test_a_past_reading_knows_channel_and_campaign_only(robot: Caller) -> None:
    response = robot.get(ADDRESS, keys="leads", as_of="2018-03-12", split="device")
    assert heard(response) == (
        400, error("as_of_dimension", dimensions=["device"]),
    )  # fmt: skip
