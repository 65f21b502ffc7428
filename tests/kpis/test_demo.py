"""The demo's story: the same day reads the same, nothing happens tomorrow, and it can be staged."""

from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command

from accounts.models import Agency, Client
from accounts.tenancy import tenant_scope
from campaigns.models import DailyFact, Lead, Refund, Sale, SourceSync
from kpis.book import book_of
from kpis.calendar import Period
from kpis.demo import story
from kpis.demo.clients import CLIENTS
from kpis.demo.rates import rates_tell
from kpis.demo.stage import agencies_make, agency_there, client_tell
from kpis.exchange import exchange_for
from kpis.models import DailyTotal, DirtyDay, ExchangeRate, Goal
from kpis.question import Question
from kpis.services import answer, last_complete_of
from tests.cast import Cast

DAY = date(2026, 3, 10)


def test_a_day_reads_the_same() -> None:
    for business in CLIENTS:
        first, again = (list(story.prospects_of(business, DAY, DAY)) for _ in range(2))
        assert first == again
        assert len({one.number for one in first}) == len(first)


def test_its_numbers_hold_together() -> None:
    for business in CLIENTS:
        for row in story.traffic_of(business, DAY, DAY):
            counts = row.counts
            assert counts["engaged_sessions"] <= counts["sessions"]
            assert counts["sessions_with_lead"] <= counts["sessions"]
            assert counts["new_sessions"] + counts["returning_sessions"] == counts["sessions"]
        for ad in story.advertising_of(business, DAY, DAY):
            assert 0 <= ad.counts["clicks"] <= ad.counts["impressions"]
            assert ad.spend >= 0


def test_clients_differ_in_zone_and_currency() -> None:
    assert len(CLIENTS) == 6
    assert len({one.time_zone for one in CLIENTS}) == 6
    assert len({one.currency for one in CLIENTS}) == 6


def test_it_is_staged_through_the_last_complete_day(db: None) -> None:
    agency, _people = agencies_make()
    assert isinstance(agency, Agency)
    business = CLIENTS[3]  # the one whose ad platform is late
    written = client_tell(agency, business, months=1)
    with tenant_scope(agency.pk):
        client = Client.objects.get(name=business.name)
        last = last_complete_of(client)
        assert written > 500
        calls = answer(client, Question(("own_llamadas_agendadas",), Period(last, last)), False)
        assert calls.only.values["own_llamadas_agendadas"].state == "final"
        assert "custom_costo_por_llamada_agendada" in book_of(client)
        assert Lead.objects.filter(client=client, created_on__gt=last).count() == 0
        assert Sale.objects.filter(client=client, sold_on__gt=last).count() == 0
        newest = DailyFact.objects.filter(client=client, family="ads").order_by("-day")[0].day
        assert newest == last - timedelta(days=business.stale_ads_days)
        assert not SourceSync.objects.filter(
            client=client, family="ads", complete_through__gt=newest
        ).exists()
        # One first sale a customer, unless it was given back.
        firsts = Sale.objects.filter(client=client, is_first=True)
        assert 0 < firsts.count() == firsts.values("customer").distinct().count()
        won = Lead.objects.filter(client=client, outcome="won")
        assert (
            won.filter(first_sale_on=None).count() <= Refund.objects.filter(client=client).count()
        )
        assert not DirtyDay.objects.filter(client=client).exists()
        assert DailyTotal.objects.filter(client=client, leads__gt=0).exists()
        assert {goal.kpi for goal in Goal.objects.filter(client=client)} == {
            "new_customers",
            "ad_spend",
        }


def test_one_client_has_a_value_of_every_kpi(db: None) -> None:
    """Fifteen months, so that contracts of a year have come to their end."""
    agency, _people = agencies_make()
    business = next(one for one in CLIENTS if one.has_contracts)
    client_tell(agency, business, months=15)
    with tenant_scope(agency.pk):
        client = Client.objects.get(name=business.name)
        ends = last_complete_of(client).replace(day=1) - timedelta(days=1)
        month = Period(ends.replace(day=1), ends)
        keys = tuple(book_of(client))
        assert len(keys) > 80
        unknown = {}
        for some in (keys[:50], keys[50:]):
            row = answer(client, Question(some, month, compare="previous"), True).only
            unknown |= {
                key: value.reason for key, value in row.values.items() if value.value is None
            }
        assert unknown == {}
        products = answer(client, Question(("revenue",), month, split="product"), True).rows
        assert {row.label for row in products} >= set(business.products)


def test_an_interrupted_run_goes_on_and_twice_is_once(db: None) -> None:
    agency, _people = agencies_make()  # and then the machine went off
    said = []
    for _ in range(2):
        out, progress = StringIO(), StringIO()
        call_command("demo", only=CLIENTS[0].slug, months=1, stdout=out, stderr=progress)
        said.append((out.getvalue(), progress.getvalue().count("facts")))
    assert said[0][0] == said[1][0]
    assert said[0][0].startswith("lucia@faro.example  ")
    assert [count for _, count in said] == [1, 0]
    assert agency_there() == agency


def test_its_rates_reach_over_every_day_and_are_the_same_again(cast: Cast) -> None:
    last = date(2026, 3, 10)
    with tenant_scope(cast.aurora.pk):
        count = rates_tell(cast.aurora, last - timedelta(days=20), last)
        rates_tell(cast.aurora, last - timedelta(days=20), last)
        assert ExchangeRate.objects.count() == count
        days = {(last - timedelta(days=step), "EUR") for step in range(14)}
        for business in CLIENTS:
            if business.currency != "EUR":
                assert set(exchange_for(cast.aurora.pk, business.currency, days).rates) == days
