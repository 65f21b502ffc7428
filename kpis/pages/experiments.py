"""What the pages about tests of landing pages show: the list, and one test with its course."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Client
from kpis.calendar import Period
from kpis.charts import Band, Chart, bands, table_of
from kpis.charts.parts import Scale
from kpis.experiments.standings import Standing, plan_of, standings_of
from kpis.formats import UNDEFINED, axis_label, format_number
from kpis.models import CountedBy, Experiment
from kpis.pages.experiment_words import (
    Setting,
    Told,
    exact,
    loss_text,
    p_phrase,
    p_text,
    peeking_sentence,
    points,
    span,
    span_in_points,
    told,
)
from kpis.pages.reader import Reader
from kpis.services import last_complete_of
from kpis.trials.course import TestDay, running, signs
from kpis.trials.intervals import wilson
from kpis.trials.outcome import Outcome
from kpis.trials.planning import Wish, power_with
from kpis.trials.significance import sign_test
from kpis.trials.verdict import Contrast


@dataclass(frozen=True)
class ExperimentRow:
    """A test in the list."""

    experiment: Experiment
    told: Told
    names: str
    period: str
    rates: str
    percent: int


def experiment_rows(
    client: Client, experiments: Sequence[Experiment], reader: Reader
) -> list[ExperimentRow]:
    return [_row(client, each, reader) for each in standings_of(client, experiments)]


def _row(client: Client, standing: Standing, reader: Reader) -> ExperimentRow:
    experiment = standing.experiment
    rates = " · ".join(
        reader.number(arm.rate, "percent") if arm.visitors else UNDEFINED
        for arm in standing.outcome.arms
    )
    return ExperimentRow(
        experiment,
        told(standing.outcome, setting_of(client, standing, reader)),
        " · ".join(standing.names),
        reader.days(Period(experiment.starts_on, experiment.ends_on)),
        rates,
        standing.outcome.verdict.percent,
    )


def setting_of(client: Client, standing: Standing, reader: Reader) -> Setting:
    experiment, count = standing.experiment, standing.counted
    last = last_complete_of(client)
    return Setting(
        standing.names,
        reader.locale,
        experiment.planned_per_arm,
        experiment.counted_by == CountedBy.SESSIONS,
        is_over=bool(experiment.decision) or experiment.ends_on <= last,
        is_begun=experiment.starts_on <= last,
        in_both=count.in_both,
        unassigned=count.unassigned,
        missing_days=count.missing,
        has_guard=experiment.is_guarded,
    )


@dataclass(frozen=True)
class ArmRow:
    """A variant with its figures, and against the control where it is none."""

    name: str
    path: str
    share: str
    visitors: str
    conversions: str
    rate: str
    interval: str
    qualified: str
    difference: str = ""
    difference_interval: str = ""
    lift: str = ""
    p: str = ""
    method: str = ""
    beats: str = ""
    loss: str = ""
    signs: str = ""


@dataclass(frozen=True)
class LookRow:
    number: int
    per_arm: str
    bound: str
    taken_on: str
    z: str
    may_stop: bool


@dataclass(frozen=True)
class DayRow:
    day: str
    iso: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PlanText:
    """What was fixed before the test, in text."""

    rates: str
    error: str
    power: str
    per_arm: str
    power_now: str


@dataclass(frozen=True)
class ExperimentPage:
    """One test. `p_overall` and `p_split` as text, "" where there is none."""

    standing: Standing
    told: Told
    period: str
    plan: PlanText
    arms: tuple[ArmRow, ...]
    p_overall: str
    p_split: str
    chart: Chart
    heads: list[str]
    rows: list[list[str]]
    looks: tuple[LookRow, ...]
    peeking: str
    days: tuple[DayRow, ...]
    decided_through: str


def experiment_page(
    client: Client, experiment: Experiment, reader: Reader
) -> ExperimentPage | None:
    """None for a test that has lost its variants."""
    found = standings_of(client, [experiment])
    if not found:
        return None
    (standing,) = found
    outcome, locale = standing.outcome, reader.locale
    verdict = outcome.verdict
    chart = _chart(standing, reader)
    heads, rows = table_of(chart)
    return ExperimentPage(
        standing,
        told(outcome, setting_of(client, standing, reader)),
        reader.days(Period(experiment.starts_on, experiment.ends_on)),
        _plan_text(standing, reader),
        tuple(_arm_row(standing, place, reader) for place in range(len(standing.variants))),
        p_phrase(verdict.overall.p, locale) if verdict.overall else "",
        p_phrase(verdict.split.p, locale) if verdict.split else "",
        chart,
        heads,
        rows,
        tuple(_look_rows(outcome, reader)),
        _peeking(standing, reader),
        tuple(_day_rows(standing, reader)),
        reader.day(outcome.days[-1].day) if outcome.is_decided and outcome.days else "",
    )


def _peeking(standing: Standing, reader: Reader) -> str:
    """Only where somebody might be tempted."""
    if standing.outcome.is_decided or standing.experiment.looks > 1 or not standing.counted.days:
        return ""
    alpha = float(standing.experiment.alpha)
    return peeking_sentence(len(standing.counted.days), alpha, reader.locale)


def _plan_text(standing: Standing, reader: Reader) -> PlanText:
    experiment = standing.experiment
    wish = Wish(
        float(experiment.base_rate),
        float(experiment.target_rate),
        tuple(variant.weight for variant in standing.variants),
        alpha=float(experiment.alpha),
        power=float(experiment.power),
        looks=experiment.looks,
    )
    least = min(arm.visitors for arm in standing.outcome.arms)
    base, target = (
        reader.number(rate, "percent") for rate in (experiment.base_rate, experiment.target_rate)
    )
    return PlanText(
        f"{base} → {target}",
        reader.number(experiment.alpha, "percent"),
        reader.number(experiment.power, "percent"),
        reader.number(experiment.planned_per_arm, "count"),
        reader.number(exact(power_with(wish, least)), "percent") if least else "",
    )


def _arm_row(standing: Standing, place: int, reader: Reader) -> ArmRow:
    variant, arm = standing.variants[place], standing.outcome.arms[place]
    verdict, locale = standing.outcome.verdict, reader.locale
    share = plan_of(standing.experiment, standing.variants).shares[place]
    row = {
        "name": variant.name,
        "path": variant.landing_page.path if variant.landing_page else "",
        "share": reader.number(share, "percent"),
        "visitors": reader.number(arm.visitors, "count"),
        "conversions": reader.number(arm.conversions, "count"),
        "rate": reader.number(arm.rate, "percent"),
        "interval": span(verdict.rates[place], locale),
        "qualified": UNDEFINED if arm.qualified is None else reader.number(arm.qualified, "count"),
    }
    if place and verdict.contrasts:
        row |= _against_control(verdict.contrasts[place - 1], standing, reader)
    return ArmRow(**row)


def _against_control(contrast: Contrast, standing: Standing, reader: Reader) -> dict[str, str]:
    locale = reader.locale
    above, below = signs(standing.outcome.days, contrast.arm)
    by_sign = p_phrase(sign_test(above, below).p, locale) if above + below else ""
    return {
        "difference": points(contrast.difference, locale),
        "difference_interval": span_in_points(contrast.interval, locale),
        "lift": reader.number(contrast.lift, "percent", signed=True),
        "p": p_text(contrast.p_adjusted, locale),
        "method": contrast.method,
        "beats": reader.number(exact(contrast.beats), "percent"),
        "loss": loss_text(contrast.loss, locale),
        "signs": f"{above} / {above + below} ({by_sign})" if by_sign else "",
    }


def _chart(standing: Standing, reader: Reader) -> Chart:
    """Rates so far, day by day, with their intervals."""
    arms = len(standing.variants)
    course = running(standing.counted.days, arms)
    level = 1 - float(standing.experiment.alpha)
    labels = [axis_label("day", each.day, reader.locale) for each in course]
    lines = []
    for place, variant in enumerate(standing.variants):
        rates = [each.arms[place].rate for each in course]
        edges = [wilson(each.arms[place], level) for each in course]
        lows = [exact(edge.low) if edge else None for edge in edges]
        highs = [exact(edge.high) if edge else None for edge in edges]
        lines.append(Band(variant.name, rates, lows, highs))
    return bands(lines, labels, Scale("percent", reader.locale))


def _look_rows(outcome: Outcome, reader: Reader) -> list[LookRow]:
    return [
        LookRow(
            look.number,
            reader.number(look.per_arm, "count"),
            format_number(exact(look.bound), 3, reader.locale),
            reader.day(look.taken_on),
            UNDEFINED if look.z is None else format_number(exact(look.z), 3, reader.locale),
            look.may_stop,
        )
        for look in outcome.looks
    ]


def _day_rows(standing: Standing, reader: Reader) -> list[DayRow]:
    """The newest first: visitors, conversions and qualified leads of each variant."""
    return [
        DayRow(reader.day(each.day), each.day.isoformat(), tuple(_cells(each, reader)))
        for each in reversed(standing.counted.days)
    ]


def _cells(each: TestDay, reader: Reader) -> list[str]:
    cells = []
    for arm in each.arms:
        cells += [
            reader.number(arm.visitors, "count"),
            reader.number(arm.conversions, "count"),
            UNDEFINED if arm.qualified is None else reader.number(arm.qualified, "count"),
        ]
    return cells
