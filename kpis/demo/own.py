"""What the demo agency counts beyond the catalogue: calls booked, and what each of them costs."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Count

from accounts.models import Agency, Client
from campaigns.models import Lead, OwnMeasure
from campaigns.own_services import Entry, MeasureWish, own_measure_define, own_values_enter
from kpis.custom_kpis.services import KpiWish, custom_kpi_define
from kpis.demo.clients import Business

CALLS = "own_llamadas_agendadas"
#: Of the leads of a working day, how many book a call.
SHARE = 0.35


def calls_tell(agency: Agency, client: Client, business: Business, first: date, last: date) -> int:
    """Enter the calls of every day, once the leads are written; answers how many days there are.

    The agency's first client brings the measure and the KPI on it.
    """
    measure = OwnMeasure.objects.filter(agency=agency, key=CALLS).first() or _define(agency)
    leads = dict(
        Lead.objects.filter(agency=agency, client=client, created_on__range=(first, last))
        .values_list("created_on")
        .annotate(Count("pk"))
    )
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    entries = [Entry(day, _calls(business, day, leads.get(day, 0))) for day in days]
    own_values_enter(client, measure, entries, source="demo")
    return len(entries)


def _define(agency: Agency) -> OwnMeasure:
    measure = own_measure_define(
        agency,
        None,
        MeasureWish(
            "Llamadas agendadas",
            "Llamadas con día y hora que el equipo acordó con un lead.",
            key=CALLS,
        ),
    )
    wish = KpiWish(
        "Costo por llamada agendada",
        f"ad_spend / {CALLS}",
        "Lo que se pagó a las plataformas por cada llamada agendada.",
        better="lower",
    )
    custom_kpi_define(agency, None, wish)
    return measure


def _calls(business: Business, day: date, leads: int) -> Decimal:
    """Nobody books calls at weekends."""
    if day.isoweekday() > 5:
        return Decimal(0)
    dice = Random(f"{business.slug} calls {day}")  # noqa: S311
    return Decimal(sum(dice.random() < SHARE for _lead in range(leads)))
