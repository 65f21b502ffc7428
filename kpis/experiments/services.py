"""Tests of landing pages: planned, archived, decided; and totals that are typed in, by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from accounts.services.archiving import row_archive, row_restore
from campaigns.facts.parents import parents_named
from campaigns.models import LandingPage
from kpis.experiments.queries import totals_of, variants_of
from kpis.models import (
    CountedBy,
    Decision,
    Experiment,
    ExperimentCount,
    ExperimentVariant,
)
from kpis.services import last_complete_of
from kpis.trials.arms import Arm
from kpis.trials.planning import Wish, sized

FEWEST_ARMS, MOST_ARMS = 2, 5
LONGEST_DAYS = 366
MOST_WEIGHT = 100
LARGEST_COUNT = 2_000_000_000


@dataclass(frozen=True)
class VariantWish:
    """A page to test. `path` is its address; not needed where totals are typed in."""

    name: str
    path: str = ""
    weight: int = 1


@dataclass(frozen=True)
class ExperimentWish:
    """A test as a person plans it; the control first. `per_arm` None: as many as `size` needs."""

    name: str
    variants: tuple[VariantWish, ...]
    size: Wish
    starts_on: date
    ends_on: date
    counted_by: str = CountedBy.VISITORS
    per_arm: int | None = None
    hypothesis: str = ""
    is_guarded: bool = True


def experiment_create(client: Client, wish: ExperimentWish) -> Experiment:
    """Store a test with its variants. DomainError `experiment_invalid` with the fields that are wrong."""
    _check(wish)
    per_arm = wish.per_arm or sized(wish.size).per_arm
    own = {"agency_id": client.agency_id, "client": client}
    experiment = Experiment.objects.create(
        **own,
        name=wish.name.strip(),
        hypothesis=wish.hypothesis.strip(),
        counted_by=wish.counted_by,
        base_rate=_rate(wish.size.base),
        target_rate=_rate(wish.size.target),
        alpha=Decimal(str(wish.size.alpha)),
        power=Decimal(str(wish.size.power)),
        planned_per_arm=per_arm,
        looks=wish.size.looks,
        is_guarded=wish.is_guarded,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
    )
    paths = {variant.path: "" for variant in wish.variants if variant.path}
    pages = parents_named(LandingPage, client, paths)
    ExperimentVariant.objects.bulk_create(
        ExperimentVariant(
            **own,
            experiment=experiment,
            place=place,
            name=variant.name.strip() or variant.path,
            landing_page_id=pages.get(variant.path),
            weight=variant.weight,
        )
        for place, variant in enumerate(wish.variants)
    )
    return experiment


def _rate(rate: float) -> Decimal:
    return Decimal(str(rate)).quantize(Decimal("0.00000001"))


def _check(wish: ExperimentWish) -> None:
    """The first thing that is wrong with a wish, at its field."""
    if not wish.name.strip():
        _refuse("name", _("Give the test a name."))
    if not FEWEST_ARMS <= len(wish.variants) <= MOST_ARMS:
        _refuse(
            "variants",
            _("A test has a control and one to %(most)s variants.") % {"most": MOST_ARMS - 1},
        )
    if len(wish.size.weights) != len(wish.variants):
        _refuse("variants", _("Each variant has its part of the split."))
    for variant in wish.variants:
        if not 1 <= variant.weight <= MOST_WEIGHT:
            _refuse("variants", _("A part of the split is a whole number from 1 to 100."))
    _check_pages(wish)
    if not (0 < wish.size.base < 1 and 0 < wish.size.target < 1):
        _refuse("target", _("The rates lie between 0 and 100 %."))
    if wish.size.base == wish.size.target:
        _refuse("target", _("The target is the rate of today: there would be nothing to find."))
    if not (0.001 <= wish.size.alpha <= 0.2 and 0.5 <= wish.size.power <= 0.99):
        _refuse("power", _("The error lies between 0.1 and 20 %, the power between 50 and 99 %."))
    if wish.size.looks not in (1, 5) or (wish.size.looks > 1 and len(wish.variants) > 2):
        _refuse("looks", _("Planned looks are five, and only for a test of two pages."))
    if wish.per_arm is not None and not 1 <= wish.per_arm <= LARGEST_COUNT:
        _refuse("per_arm", _("The planned visitors per variant are a whole number above zero."))
    if wish.ends_on < wish.starts_on:
        _refuse("ends_on", _("The test ends before it begins."))
    if (wish.ends_on - wish.starts_on).days >= LONGEST_DAYS:
        _refuse("ends_on", _("A test of landing pages lasts at most a year."))


def _check_pages(wish: ExperimentWish) -> None:
    paths = [variant.path for variant in wish.variants if variant.path]
    if any(not path.startswith("/") or len(path) > 500 for path in paths):
        _refuse("variants", _("Write a page as its path, like /offer."))
    if len(set(paths)) != len(paths):
        _refuse("variants", _("Two variants have the same page."))
    if wish.counted_by == CountedBy.TOTALS:
        if any(not (variant.name.strip() or variant.path) for variant in wish.variants):
            _refuse("variants", _("Each variant needs a name."))
    elif len(paths) != len(wish.variants):
        _refuse("variants", _("Each variant needs its landing page."))


def _refuse(field: str, message: str) -> NoReturn:
    raise DomainError("experiment_invalid", message, {"fields": [(field, message)]})


def experiment_archive(experiment: Experiment) -> Experiment:
    """Out of the list; it can be restored."""
    return row_archive(experiment)


def experiment_restore(experiment: Experiment) -> Experiment:
    return row_restore(experiment)


def experiment_decide(
    client: Client, experiment: Experiment, decision: str, place: int | None, reason: str
) -> Experiment:
    """What people decided, with their reason. Deciding again replaces it.

    `place` names the variant to adopt, and only then. DomainError `decision_invalid`.
    """
    variants = variants_of(client, [experiment]).get(experiment.pk, [])
    chosen = next((each for each in variants if each.place == place and place), None)
    if decision not in Decision.values or (decision == Decision.ADOPT) != (chosen is not None):
        raise DomainError("decision_invalid", _("Choose what to do, and the variant to adopt."))
    if not reason.strip():
        raise DomainError("decision_invalid", _("Write the reason: others will ask for it."))
    experiment.decision, experiment.decided_for = decision, chosen
    experiment.reason = reason.strip()[:500]
    experiment.decided_on = experiment.decided_on or last_complete_of(client)
    experiment.save(update_fields=["decision", "decided_for", "reason", "decided_on"])
    return experiment


def experiment_reopen(experiment: Experiment) -> Experiment:
    """Take the decision back."""
    experiment.decision, experiment.decided_for = "", None
    experiment.reason, experiment.decided_on = "", None
    experiment.save(update_fields=["decision", "decided_for", "reason", "decided_on"])
    return experiment


@dataclass(frozen=True)
class CountsPut:
    """How many days of variants are new, changed, and as they were."""

    added: int
    changed: int
    same: int


def counts_put(
    client: Client, experiment: Experiment, counts: Mapping[tuple[int, date], Arm]
) -> CountsPut:
    """Totals by (place of the variant, day), each replacing what was there. Twice changes nothing.

    DomainError `counts_invalid` for a test that counts by itself, an unknown variant, or a day
    outside the test.
    """
    if experiment.counted_by != CountedBy.TOTALS:
        raise DomainError(
            "counts_invalid", _("This test counts by itself: there is nothing to type in.")
        )
    # One at a time: two people who type the same day would else meet at its unique key.
    Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
    variants = variants_of(client, [experiment]).get(experiment.pk, [])
    by_place = {variant.place: variant for variant in variants}
    _check_counts(experiment, by_place, counts)
    known = {(row.variant_id, row.day): row for row in totals_of(variants, client)}
    new, changed = [], []
    for (place, day), arm in sorted(counts.items()):
        row = known.get((by_place[place].pk, day))
        figures = (arm.visitors, arm.conversions, arm.qualified)
        if row is None:
            new.append(_count(client, by_place[place], day, arm))
        elif (row.visitors, row.conversions, row.qualified) != figures:
            row.visitors, row.conversions, row.qualified = figures
            changed.append(row)
    ExperimentCount.objects.bulk_create(new)
    ExperimentCount.objects.bulk_update(changed, ["visitors", "conversions", "qualified"])
    return CountsPut(len(new), len(changed), len(counts) - len(new) - len(changed))


def _check_counts(
    experiment: Experiment,
    by_place: Mapping[int, ExperimentVariant],
    counts: Mapping[tuple[int, date], Arm],
) -> None:
    for (place, day), arm in counts.items():
        if place not in by_place:
            raise DomainError("counts_invalid", _("The test has no such variant."))
        if not experiment.starts_on <= day <= experiment.ends_on:
            raise DomainError(
                "counts_invalid",
                _("%(day)s lies outside the test, which runs from %(first)s to %(last)s.")
                % {"day": day, "first": experiment.starts_on, "last": experiment.ends_on},
                {"day": day.isoformat()},
            )
        if arm.visitors > LARGEST_COUNT:
            raise DomainError("counts_invalid", _("That is more visitors than there are people."))


def _count(client: Client, variant: ExperimentVariant, day: date, arm: Arm) -> ExperimentCount:
    return ExperimentCount(
        agency_id=client.agency_id,
        client=client,
        variant=variant,
        day=day,
        visitors=arm.visitors,
        conversions=arm.conversions,
        qualified=arm.qualified,
    )


def counts_remove(client: Client, experiment: Experiment, days: Iterable[date]) -> int:
    """Take typed days away, of all variants. How many there were."""
    variants: Sequence[ExperimentVariant] = variants_of(client, [experiment]).get(experiment.pk, [])
    removed, _by_model = totals_of(variants, client).filter(day__in=list(days)).delete()
    return int(removed)
