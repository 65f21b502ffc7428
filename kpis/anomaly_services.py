"""Unusual days: found every night from the numbers as everybody sees them, dismissed by people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.anomalies import BASELINE_WEEKS, FEWEST, LEVEL_DAYS, Verdict, flagged, judge, level_of
from kpis.anomaly_queries import anomalies_within, dismissals_of
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period
from kpis.catalogue import Kpi, Parameters
from kpis.catalogue.kpi import Unit
from kpis.formats import to_decimal
from kpis.formula import Undefined, evaluate
from kpis.models import Anomaly, AnomalyDismissal
from kpis.question import Question
from kpis.services import answer

#: What is looked at every night: base measures, and a few ratios of them.
WATCHED = (
    "sessions", "leads", "mqls", "sqls", "impressions", "clicks", "ad_spend",
    "platform_conversions", "platform_leads", "platform_sales", "sales_count", "revenue",
    "new_customers", "ctr", "cpc", "cpl", "traffic_to_lead_rate", "bounce_rate",
)  # fmt: skip
#: Days looked at again every night: data that came late, and days that were corrected.
AGAIN_DAYS = 7
WEEK = timedelta(days=7)
LONGEST_REASON = 300
_PLACES = Decimal("0.0000000001")

#: The smallest difference worth a word: the last digit that readers see.
SMALLEST: Mapping[Unit, Fraction] = {
    "count": Fraction(1),
    "money": Fraction(1, 100),
    "percent": Fraction(1, 1000),
    "ratio": Fraction(1, 100),
    "per": Fraction(1, 100),
}


@dataclass
class _Course:
    """A KPI's complete days, and those of them that were unusual: they are no baseline.

    `figures`: each day's; `wholes`: the values that they are of.
    """

    kpi: Kpi
    parameters: Parameters
    figures: dict[date, Decimal] = field(default_factory=dict)
    wholes: dict[date, Value] = field(default_factory=dict)
    unusual: set[date] = field(default_factory=set)
    ratios: dict[date, Fraction | None] = field(default_factory=dict)

    def baseline(self, day: date) -> list[Decimal]:
        """The same weekday of the weeks before."""
        before = (day - weeks * WEEK for weeks in range(1, BASELINE_WEEKS + 1))
        return [
            self.figures[each]
            for each in before
            if each in self.figures and each not in self.unusual
        ]

    def is_sparse(self, baseline: Sequence[Decimal]) -> bool:
        """Money that mostly is none: a day with a sale is nothing unusual, and sales are counted."""
        return self.kpi.unit == "money" and bool(baseline) and not median(baseline)

    def level(self, day: date) -> Fraction:
        """How the days just before stand to their own weekdays; 1 where one of them is unknown."""
        found = [self._ratio(day - days * ONE_DAY) for days in range(1, LEVEL_DAYS + 1)]
        known = [ratio for ratio in found if ratio is not None]
        return level_of(known)

    def _ratio(self, day: date) -> Fraction | None:
        if day not in self.ratios:
            self.ratios[day] = None
            baseline = self.baseline(day)
            if day in self.figures and len(baseline) >= FEWEST and (middle := median(baseline)):
                self.ratios[day] = Fraction(self.figures[day]) / Fraction(middle)
        return self.ratios[day]


def anomalies_find(client: Client, day: date) -> int:
    """Judge the days before `day` (the client's date) and keep what is unusual; how many stand.

    1. The daily figures of the last weeks, complete days only. 2. Each day to be judged against
    the same weekday of the weeks before it, days flagged earlier left out. 3. All tests of a day
    together. 4. What is no longer unusual goes, unless somebody dismissed it.
    """
    book, yesterday = book_of(client), day - ONE_DAY
    kpis = [book[key] for key in WATCHED if key in book]
    longest = max(kpi.lag_days for kpi in kpis)
    looked_at = timedelta(days=longest + AGAIN_DAYS - 1 + LEVEL_DAYS)
    period = Period(yesterday - looked_at - BASELINE_WEEKS * WEEK, yesterday)
    courses = _courses(client, kpis, period)
    stored = {(row.kpi, row.day): row for row in anomalies_within(client, period)}
    for key, unusual in stored:
        if key in courses:
            courses[key].unusual.add(unusual)
    count = 0
    for offset in range(longest + AGAIN_DAYS - 1, -1, -1):
        judged = yesterday - timedelta(days=offset)
        verdicts = {
            key: verdict
            for key, course in courses.items()
            if course.kpi.lag_days <= offset < course.kpi.lag_days + AGAIN_DAYS
            and (verdict := _verdict(course, judged)) is not None
        }
        for key, verdict, stands in zip(
            verdicts, verdicts.values(), flagged(list(verdicts.values())), strict=True
        ):
            count += stands
            _keep(client, key, judged, verdict if stands else None, stored)
    return count


def _courses(client: Client, kpis: Iterable[Kpi], period: Period) -> dict[str, _Course]:
    asked = {kpi.key: kpi for kpi in kpis}
    reply = answer(client, Question(tuple(asked), period, by="day"), True)
    found = {key: _Course(kpi, reply.parameters) for key, kpi in asked.items()}
    for row in reply.rows:
        for key, value in row.values.items():
            if value.value is not None and value.state != "partial":
                course = found[key]
                course.figures[row.bucket.first] = value.value
                course.wholes[row.bucket.first] = value
    return found


def _cases(kpi: Kpi, value: Value, parameters: Parameters) -> Fraction | None:
    """The smallest denominator that counts cases; None for what is not divided by any."""
    reading = kpi.reading(parameters)
    totals = {atom: value.inputs.get(atom.text) for atom in reading.atoms}
    sizes = (evaluate(sample, totals, Fraction) for sample in reading.samples)
    return min((size for size in sizes if not isinstance(size, Undefined)), default=None)


def _verdict(course: _Course, day: date) -> Verdict | None:
    figure = course.figures.get(day)
    if figure is None:
        return None
    baseline = course.baseline(day)
    if len(baseline) < FEWEST or course.is_sparse(baseline):
        return None
    return judge(
        Fraction(figure),
        [Fraction(each) for each in baseline],
        SMALLEST[course.kpi.unit],
        course.kpi.unit == "count",
        _cases(course.kpi, course.wholes[day], course.parameters),
        course.level(day),
    )


def _keep(
    client: Client,
    key: str,
    day: date,
    verdict: Verdict | None,
    stored: dict[tuple[str, date], Anomaly],
) -> None:
    """Store, correct or take away one day's anomaly of one KPI."""
    row = stored.get((key, day))
    if verdict is None:
        if row is not None and not dismissals_of(client, [row]):
            row.delete()
            del stored[key, day]
        return
    figures = {
        "value": _kept(verdict.value),
        "expected": _kept(verdict.expected),
        "low": _kept(verdict.low),
        "high": _kept(verdict.high),
        "p": verdict.p,
        "rule": verdict.rule,
    }
    if row is None:
        stored[key, day] = Anomaly.objects.create(
            agency_id=client.agency_id, client=client, kpi=key, day=day, **figures
        )
    elif any(getattr(row, name) != figure for name, figure in figures.items()):
        Anomaly.objects.filter(pk=row.pk).update(**figures)


def _kept(number: Fraction) -> Decimal:
    return to_decimal(number).quantize(_PLACES)


def anomaly_dismiss(
    client: Client, anomaly: Anomaly, reason: str, author_id: int | None
) -> AnomalyDismissal:
    """It needs no attention, and why. Dismissed twice, the first reason stays."""
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError("no_reason", _("Say in a few words why it needs no attention."))
    if len(reason) > LONGEST_REASON:
        raise DomainError("too_long", _("At most %(most)d characters.") % {"most": LONGEST_REASON})
    row, _is_new = AnomalyDismissal.objects.get_or_create(
        agency_id=client.agency_id,
        client=client,
        anomaly=anomaly,
        defaults={"reason": reason, "author_id": author_id},
    )
    return row


def anomaly_restore(client: Client, anomaly: Anomaly) -> None:
    """Take a dismissal back."""
    AnomalyDismissal.objects.filter(
        agency_id=client.agency_id, client=client, anomaly=anomaly
    ).delete()
