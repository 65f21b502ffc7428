"""Tests of landing pages, their variants and typed totals, as rows."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Client
from campaigns.models import LandingPage
from kpis.models import Experiment, ExperimentCount, ExperimentVariant

MOST_PAGES = 300


def experiments_of(client: Client, is_archived: bool | None = False) -> QuerySet[Experiment]:
    """The tests of a client, the one that began last on top. None: archived ones among them."""
    rows = Experiment.objects.filter(agency_id=client.agency_id, client=client)
    if is_archived is not None:
        rows = rows.filter(archived_at__isnull=not is_archived)
    return rows.select_related("decided_for").order_by("-starts_on", "-pk")


def experiment_in(client: Client, number: int) -> Experiment | None:
    return experiments_of(client, is_archived=None).filter(pk=number).first()


def variants_of(
    client: Client, experiments: Iterable[Experiment]
) -> dict[int, list[ExperimentVariant]]:
    """The variants of each test, the control first."""
    rows = ExperimentVariant.objects.filter(
        agency_id=client.agency_id, client=client, experiment__in=[each.pk for each in experiments]
    )
    found: dict[int, list[ExperimentVariant]] = {}
    for row in rows.select_related("landing_page").order_by("experiment_id", "place"):
        found.setdefault(row.experiment_id, []).append(row)
    return found


def totals_of(variants: Iterable[ExperimentVariant], client: Client) -> QuerySet[ExperimentCount]:
    """What was typed in for these variants, by day."""
    return ExperimentCount.objects.filter(
        agency_id=client.agency_id, client=client, variant__in=[each.pk for each in variants]
    ).order_by("day", "variant_id")


def landing_paths(client: Client) -> list[str]:
    """Pages to choose from, by address."""
    rows = LandingPage.objects.filter(agency_id=client.agency_id, client=client)
    return list(rows.order_by("path").values_list("path", flat=True)[:MOST_PAGES])
