"""Tests of landing pages as rows: planned, counted from three places, decided, behind the wall."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction

from accounts.errors import DomainError
from accounts.models import AuditEntry, Client
from accounts.tenancy import tenant_scope
from campaigns.models import LandingPage, SourceSync
from kpis.experiments.counting import counted
from kpis.experiments.queries import experiment_in, experiments_of, variants_of
from kpis.experiments.services import (
    ExperimentWish,
    VariantWish,
    counts_put,
    counts_remove,
    experiment_archive,
    experiment_create,
    experiment_decide,
    experiment_reopen,
    experiment_restore,
)
from kpis.models import DailySnapshot, Experiment, ExperimentCount, ExperimentVariant
from kpis.trials.arms import Arm
from kpis.trials.planning import Wish
from tests.cast import Cast

DAY = date(2026, 3, 2)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(DomainError) as error:
        yield
    assert error.value.code == code


def wish(**changes: Any) -> ExperimentWish:
    fields: dict[str, Any] = {
        "name": "Shorter form",
        "variants": (VariantWish("", "/offer"), VariantWish("Short", "/offer-short")),
        "size": Wish(0.05, 0.065),
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 3, 28),
        "counted_by": "totals",
        **changes,
    }
    return ExperimentWish(**fields)


def count_of(client: Client, experiment: Experiment) -> list[Any]:
    return list(counted(client, experiment, variants_of(client, [experiment])[experiment.pk]).days)


def test_a_test_is_planned_with_its_variants(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        found = experiment_in(cast.bodega, made.pk)
        assert found is not None
        assert (found.planned_per_arm, found.base_rate) == (3780, Decimal("0.05"))
        variants = variants_of(cast.bodega, [found])[found.pk]
        assert [(each.place, each.name, each.weight) for each in variants] == [
            (0, "/offer", 1),
            (1, "Short", 1),
        ]
        assert [str(each.landing_page) for each in variants] == ["/offer", "/offer-short"]
        # The pages are made once, however many tests name them.
        experiment_create(cast.bodega, wish(name="Again"))
        assert LandingPage.objects.count() == 2


def test_its_history_is_audited(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        counts_put(cast.bodega, made, {(0, DAY): Arm(10, 1)})
        tables = AuditEntry.objects.filter(table_name__startswith="kpis_experiment")
        assert sorted(set(tables.values_list("table_name", flat=True))) == [
            "kpis_experiment",
            "kpis_experimentcount",
            "kpis_experimentvariant",
        ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"variants": (VariantWish("Only", "/a"),), "size": Wish(0.05, 0.065, (1,))}, "variants"),
        ({"variants": (VariantWish("", "/a"), VariantWish("", "/a"))}, "variants"),
        ({"variants": (VariantWish("A"), VariantWish("B")), "counted_by": "visitors"}, "variants"),
        ({"variants": (VariantWish("A"), VariantWish("", "offer"))}, "variants"),
        ({"variants": (VariantWish("A"), VariantWish(" "))}, "variants"),
        ({"variants": (VariantWish("A"), VariantWish("B", weight=0))}, "variants"),
        ({"size": Wish(0.05, 0.05)}, "target"),
        ({"size": Wish(0, 0.05)}, "target"),
        ({"size": Wish(0.05, 0.06, alpha=0.5)}, "power"),
        ({"size": Wish(0.05, 0.06, looks=3)}, "looks"),
        ({"per_arm": 0}, "per_arm"),
        ({"ends_on": date(2026, 2, 28)}, "ends_on"),
        ({"ends_on": date(2027, 3, 2)}, "ends_on"),
    ],
)
def test_what_cannot_be_tested_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with tenant_scope(cast.aurora.pk):
        with pytest.raises(DomainError) as error:
            experiment_create(cast.bodega, wish(**changes))
        assert error.value.data["fields"][0][0] == field
        assert Experiment.objects.count() == LandingPage.objects.count() == 0


def test_totals_are_typed_in_and_twice_is_once(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        counts = {(0, DAY): Arm(100, 5, 2), (1, DAY): Arm(98, 7, 3)}
        first = counts_put(cast.bodega, made, counts)
        again = counts_put(cast.bodega, made, counts)
        other = counts_put(cast.bodega, made, {(1, DAY): Arm(99, 7, 3)})
        assert [(each.added, each.changed, each.same) for each in (first, again, other)] == [
            (2, 0, 0),
            (0, 0, 2),
            (0, 1, 0),
        ]
        (day,) = count_of(cast.bodega, made)
        assert (day.day, day.arms) == (DAY, (Arm(100, 5, 2), Arm(99, 7, 3)))
        assert counts_remove(cast.bodega, made, [DAY]) == 2
        assert count_of(cast.bodega, made) == []


@pytest.mark.parametrize(
    ("place", "day"), [(2, DAY), (0, date(2026, 2, 28)), (0, date(2026, 3, 29))]
)
def test_counts_outside_the_test_are_refused(cast: Cast, place: int, day: date) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        with refused("counts_invalid"):
            counts_put(cast.bodega, made, {(0, DAY): Arm(9, 1), (place, day): Arm(100, 5)})
        assert ExperimentCount.objects.count() == 0


def test_a_test_that_counts_by_itself_takes_no_totals(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish(counted_by="sessions"))
        with refused("counts_invalid"):
            counts_put(cast.bodega, made, {(0, DAY): Arm(100, 5)})


def test_sessions_come_from_the_snapshot(cast: Cast) -> None:
    """Two days of two pages; a third page and the days before the test count nowhere."""
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC)), tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish(counted_by="sessions"))
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega, "family": "web"}
        SourceSync.objects.create(**own, source="ga4", is_live=True)
        pages = {page.path: page.pk for page in LandingPage.objects.all()}
        other = LandingPage.objects.create(agency=cast.aurora, client=cast.bodega, path="/else").pk
        for day, page, sessions, leads in (
            (date(2026, 2, 28), pages["/offer"], 50, 5),
            (date(2026, 3, 1), pages["/offer"], 100, 5),
            (date(2026, 3, 1), pages["/offer-short"], 90, 7),
            (date(2026, 3, 1), other, 70, 7),
            (date(2026, 3, 2), pages["/offer-short"], 80, 0),
        ):
            DailySnapshot.objects.create(
                **own, day=day, landing_page_id=page, sessions=sessions, sessions_with_lead=leads
            )
        found = count_of(cast.bodega, made)
    assert [(each.day.day, each.arms) for each in found] == [
        (1, (Arm(100, 5), Arm(90, 7))),
        (2, (Arm(0, 0), Arm(80, 0))),
    ]


def test_archived_and_back(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        for _ in range(2):
            experiment_archive(made)
            assert list(experiments_of(cast.bodega)) == []
        experiment_restore(made)
        assert list(experiments_of(cast.bodega)) == [made]


def test_a_decision_has_a_reason_and_can_be_taken_back(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        for decision, place, reason in (
            ("adopt", None, "Because"),
            ("adopt", 0, "Because"),
            ("adopt", 7, "Because"),
            ("keep", 1, "Because"),
            ("keep", None, "  "),
            ("nonsense", None, "Because"),
        ):
            with refused("decision_invalid"):
                experiment_decide(cast.bodega, made, decision, place, reason)
        experiment_decide(cast.bodega, made, "adopt", 1, "Half more leads, as good")
        again = experiment_in(cast.bodega, made.pk)
        assert again is not None and again.decided_for is not None
        assert (again.decision, again.decided_for.name) == ("adopt", "Short")
        experiment_reopen(made)
        assert (made.decision, made.decided_for, made.reason, made.decided_on) == (
            "",
            None,
            "",
            None,
        )


def test_malena_sees_none_of_it(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        counts_put(cast.bodega, made, {(0, DAY): Arm(10, 1)})
    for model in (Experiment, ExperimentVariant, ExperimentCount):
        with tenant_scope(cast.boreal.pk):
            assert model.objects.count() == 0
        with tenant_scope(cast.aurora.pk, clients=[cast.cafe.pk]):
            assert model.objects.count() == 0
        with tenant_scope(cast.aurora.pk, clients=[cast.bodega.pk]):
            assert model.objects.count() > 0


def test_no_variant_names_another_clients_page(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        made = experiment_create(cast.bodega, wish())
        page = LandingPage.objects.create(agency=cast.aurora, client=cast.cafe, path="/menu")
        with pytest.raises(DatabaseError), transaction.atomic():
            ExperimentVariant.objects.filter(experiment=made, place=0).update(landing_page=page)
