"""A client with something of everything that a dashboard shows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction
from campaigns.models import Campaign, OwnMeasure
from campaigns.own_services import Entry, MeasureWish, own_measure_define, own_values_enter
from kpis.book import book_of
from kpis.calendar import Period
from kpis.choices.services import choice_change, template_apply, template_create
from kpis.choosing import from_json
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.night import night_work
from kpis.notes.services import NoteWish, note_add
from tests.cast import Cast
from tests.kpis.varied_facts import write_facts

FACTS = (date(2025, 11, 20), date(2026, 4, 20))
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def with_facts(cast: Cast, leads: int = 60) -> Client:
    client = cast.bodega
    with tenant_transaction(cast.aurora.pk):
        client.margin, client.cost_basis = Decimal("0.4"), "media_fees"
        client.save()
        write_facts(client, 20260301, *FACTS, leads=leads)
        note_add(client, NoteWish(date(2026, 2, 1), "A fair", date(2026, 2, 3)), None)
    return client


def with_everything(cast: Cast) -> Client:
    """Own figures of the client and of the agency, a template with the client's own changes, goals of
    each kind, and a night. At NOW."""
    client = with_facts(cast)
    with tenant_transaction(cast.aurora.pk):
        define(cast.aurora, client)
    with tenant_transaction(cast.aurora.pk):
        _choose(cast.aurora, client)
        _promise(client)
    with tenant_transaction(cast.aurora.pk):
        night_work(client, NOW.date())
    return client


def define(agency: Agency, client: Client) -> None:
    calls = own_measure_define(agency, None, MeasureWish("Calls"))
    visits = own_measure_define(agency, client, MeasureWish("Visits"))
    custom_kpi_define(agency, None, KpiWish("Calls per lead", "own_calls / leads"))
    custom_kpi_define(agency, client, KpiWish("Visits per call", "own_visits / own_calls"))
    for measure, every in ((calls, 3), (visits, 5)):
        days = range(0, (QUARTER.last - QUARTER.first).days, every)
        own_values_enter(client, measure, [_entry(measure, number) for number in days])


def _entry(measure: OwnMeasure, number: int) -> Entry:
    return Entry(QUARTER.first + timedelta(days=number), Decimal(number % 7 + 1))


def _choose(agency: Agency, client: Client) -> None:
    entries = (*from_json(_usual()), *from_json([["custom_calls_per_lead", "Calls"]]))
    template = template_create(agency, "Ours", entries, set(book_of(client)))
    template_apply(template, [client])
    own = from_json([["custom_visits_per_call", "Calls"], ["own_visits", "Calls"]])
    choice_change(client, (*entries, *own), set(book_of(client)))


def _usual() -> list[list[str]]:
    keys = ("leads", "cpl", "revenue", "sales_count", "ad_spend", "roas", "win_rate", "cac")
    return [[key, "Usual"] for key in keys]


def _promise(client: Client) -> None:
    campaign = Campaign.objects.filter(client=client).order_by("name")[0]
    up = ("increase", "cumulative")
    goal_set(client, GoalWish("leads", QUARTER, *up, target=Decimal(90)))
    goal_set(client, GoalWish("leads", QUARTER, *up, target=Decimal(9), campaign=campaign))
    goal_set(client, GoalWish("revenue", QUARTER, *up, target=Decimal(9000), channel="email"))
    goal_set(client, GoalWish("ad_spend", QUARTER, "cap", "cumulative", target=Decimal(7000)))
    goal_set(
        client, GoalWish("cpl", QUARTER, "decrease", "period", Decimal(20), baseline=Decimal(30))
    )
    goal_set(client, GoalWish("own_calls", QUARTER, *up, target=Decimal(100)))
