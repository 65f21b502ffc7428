"""KAG's Facebook ads end to end: spend, leads and sales of the platform, ratio of sums at every level."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import Campaign, DailyFact
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.formats import UNDEFINED, format_value
from kpis.question import Question
from tests import real_data
from tests.real_data import asked, import_file, refresh, rows_of

pytestmark = real_data.needs("kag_facebook_ads")

FILE = ("kag_facebook_ads", "KAG_conversion_data.csv")
DAY = Period(date(2017, 8, 31), date(2017, 8, 31))
KEYS = ("ad_spend", "cpc", "cpm", "ctr", "cost_per_platform_lead", "cost_per_platform_sale")
#: From the data's own notes: cost per click, per thousand impressions, per lead and per sale.
PUBLISHED = {
    "916": ("1.3249", "0.3100", "2.5812", "6.2379"),
    "936": ("1.4584", "0.3560", "5.3880", "15.8108"),
    "1178": ("1.5433", "0.2718", "20.8551", "63.8327"),
}


@dataclass(frozen=True)
class Ad:
    """A line of the file; what was spent in cents, as the platform bills it."""

    ad: str
    campaign: str
    impressions: int
    clicks: int
    spent: Decimal
    leads: int
    sales: int


@pytest.fixture(scope="module")
def ads() -> list[Ad]:
    return [
        Ad(
            row["ad_id"], row["xyz_campaign_id"], int(row["Impressions"]), int(row["Clicks"]),
            Decimal(row["Spent"]).quantize(Decimal("0.01"), ROUND_HALF_UP),
            int(row["Total_Conversion"]), int(row["Approved_Conversion"]),
        )
        for row in rows_of(*FILE)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def kag(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    about = {"name": "KAG", "slug": "kag", "currency": "USD", "time_zone": "America/New_York"}
    with django_db_blocker.unblock(), real_data.a_client(template_database, **about) as found:
        import_file(found[1], "daily", "kag.json", *FILE)
        refresh(found[1])
        yield found[1]


@pytest.fixture(scope="module")
def kag_by_ad(
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    """The same file read with every ad as a campaign of its own: the finest level there is."""
    mapping = json.loads(Path(real_data.EXAMPLES, "kag.json").read_text())
    mapping["columns"]["campaign_id"] = "ad_id"
    path = tmp_path_factory.mktemp("kag") / "by_ad.json"
    path.write_text(json.dumps(mapping))
    about = {"name": "KAG", "slug": "kag", "currency": "USD", "time_zone": "America/New_York"}
    with django_db_blocker.unblock(), real_data.a_client(template_database, **about) as found:
        import_file(found[1], "daily", str(path), *FILE)
        refresh(found[1])
        yield found[1]


def test_the_whole(kag: Client) -> None:
    values = asked(kag, Question(KEYS, DAY)).only.values
    assert values["ad_spend"].value == Decimal("58705.23")
    assert _rounded(values["cost_per_platform_lead"]) == "17.9857"
    assert _rounded(values["cost_per_platform_sale"]) == "54.4071"
    assert _rounded(values["cpc"]) == "1.5382"
    assert _rounded(values["cpm"]) == "0.2750"


def test_each_campaign(kag: Client, ads: list[Ad]) -> None:
    given = _by_campaign(kag)
    assert {
        name: tuple(
            _rounded(values[key])
            for key in ("cpc", "cpm", "cost_per_platform_lead", "cost_per_platform_sale")
        )
        for name, values in given.items()
    } == PUBLISHED
    groups = defaultdict(list)
    for ad in ads:
        groups[ad.campaign].append(ad)
    assert _computed(given) == {name: _expected(group) for name, group in groups.items()}


def test_each_ad(kag_by_ad: Client, ads: list[Ad]) -> None:
    given = _by_campaign(kag_by_ad)
    assert _computed(given) == {ad.ad: _expected([ad]) for ad in ads}
    silent = {ad.ad for ad in ads if ad.clicks == 0 and ad.leads + ad.sales > 0}
    assert len(silent) == 204
    assert {given[ad]["cpc"].reason for ad in silent} == {"zero_denominator"}
    shown = {format_value(given[ad]["cpc"].value, "money", "en", "USD") for ad in silent}
    assert shown == {UNDEFINED}


def test_ads_are_kept_apart_and_the_day_is_said(kag: Client) -> None:
    with tenant_transaction(kag.agency_id):
        facts = DailyFact.objects.filter(client=kag)
        assert facts.values("item").distinct().count() == facts.count() == 1143
        assert set(facts.values_list("day", flat=True)) == {DAY.first}


def _by_campaign(client: Client) -> dict[str, dict[str, Value]]:
    reply = asked(client, Question(KEYS, DAY, split="campaign"))
    with tenant_transaction(client.agency_id):
        known = Campaign.objects.filter(client=client)
        names = {str(pk): name for pk, name in known.values_list("pk", "external_id")}
    return {names[row.split or ""]: row.values for row in reply.rows}


def _computed(given: dict[str, dict[str, Value]]) -> dict[str, list[Decimal | None]]:
    return {name: [values[key].value for key in KEYS] for name, values in given.items()}


def _expected(group: Iterable[Ad]) -> list[Decimal | None]:
    """KEYS of a group of ads: each a ratio of sums."""
    ads = list(group)
    spent = sum((ad.spent for ad in ads), Decimal(0))
    impressions, clicks = sum(ad.impressions for ad in ads), sum(ad.clicks for ad in ads)
    return [
        spent,
        _ratio(spent, clicks),
        _ratio(1000 * spent, impressions),
        _ratio(clicks, impressions),
        _ratio(spent, sum(ad.leads for ad in ads)),
        _ratio(spent, sum(ad.sales for ad in ads)),
    ]


def _ratio(above: Decimal | int, below: int) -> Decimal | None:
    return Decimal(above) / below if below else None


def _rounded(value: Value) -> str:
    assert value.value is not None
    return str(value.value.quantize(Decimal("0.0001"), ROUND_HALF_UP))
