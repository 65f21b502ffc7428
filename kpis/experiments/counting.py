"""What a test of landing pages has counted so far, day by day, from wherever it counts.

Visitors by their first assignment, sessions by `kpis.services.answer`, or totals typed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Client
from kpis.calendar import Period
from kpis.experiments.queries import totals_of
from kpis.experiments.visitors import visitors_of
from kpis.models import CountedBy, Experiment, ExperimentVariant
from kpis.question import Question
from kpis.services import Standing, answer, standing_of
from kpis.trials.arms import Arm
from kpis.trials.course import NOBODY, TestDay

BY_SESSION = ("sessions", "sessions_with_lead")


@dataclass(frozen=True)
class Counted:
    """Days in order. `through`: the last day that can have been counted, None before the first.

    in_both: visitors who saw several pages, counted where they came first. unassigned: those of
    them who saw several on their first day, counted nowhere. missing: days without complete data.
    """

    days: tuple[TestDay, ...]
    through: date | None
    in_both: int = 0
    unassigned: int = 0
    missing: int = 0


def counted(
    client: Client,
    experiment: Experiment,
    variants: Sequence[ExperimentVariant],
    standing: Standing | None = None,
) -> Counted:
    """Inside a scope that holds the client. Whoever counts several tests looks up `standing` once."""
    if experiment.counted_by == CountedBy.TOTALS:
        return _typed(client, variants)
    standing = standing or standing_of(client)
    last = min(experiment.ends_on, standing.last_complete)
    if last < experiment.starts_on:
        return Counted((), None)
    period = Period(experiment.starts_on, last)
    if experiment.counted_by == CountedBy.SESSIONS:
        return _by_session(client, variants, period, standing)
    return _by_visitor(client, variants, period, standing)


def _typed(client: Client, variants: Sequence[ExperimentVariant]) -> Counted:
    places = {variant.pk: variant.place for variant in variants}
    found: dict[tuple[date, int], Arm] = {}
    for row in totals_of(variants, client):
        arm = Arm(row.visitors, row.conversions, row.qualified)
        found[row.day, places[row.variant_id]] = arm
    days = _days(found, len(variants))
    return Counted(days, days[-1].day if days else None)


def _by_visitor(
    client: Client, variants: Sequence[ExperimentVariant], period: Period, standing: Standing
) -> Counted:
    """Visitors come with the web's sources: what these have not delivered is left out."""
    ends = [
        span.complete_through
        for span in standing.spans
        if span.family == "web" and span.complete_through
    ]
    last = min([period.last, *ends])
    if last < period.first:
        return Counted((), None, missing=period.days)
    missing = (period.last - last).days
    period = Period(period.first, last)
    places = {variant.landing_page_id: variant.place for variant in variants}
    seen = visitors_of(client, [page for page in places if page], period)
    found = {(each.day, places[each.landing_page]): each.arm for each in seen.days}
    days = _days(found, len(variants))
    return Counted(days, period.last, seen.in_both, seen.unassigned, missing)


def _by_session(
    client: Client, variants: Sequence[ExperimentVariant], period: Period, standing: Standing
) -> Counted:
    places = {str(variant.landing_page_id): variant.place for variant in variants}
    question = Question(
        ("landing_conversion_rate",),
        period,
        by="day",
        split="landing_page",
        filters={"landing_page": tuple(places)},
    )
    found: dict[tuple[date, int], Arm] = {}
    incomplete: set[date] = set()
    for row in answer(client, question, sees_costs=False, standing=standing).rows:
        value = row.values["landing_conversion_rate"]
        if value.state == "partial":
            incomplete.add(row.bucket.first)
        elif row.split in places:
            sessions, leads = (int(value.inputs.get(name) or 0) for name in BY_SESSION)
            if sessions:
                found[row.bucket.first, places[row.split]] = Arm(sessions, min(leads, sessions))
    return Counted(_days(found, len(variants)), period.last, missing=len(incomplete))


def _days(found: Mapping[tuple[date, int], Arm], arms: int) -> tuple[TestDay, ...]:
    """Every day with anybody, with all arms."""
    days = sorted({day for day, _place in found})
    return tuple(
        TestDay(day, tuple(found.get((day, place), NOBODY) for place in range(arms)))
        for day in days
    )
