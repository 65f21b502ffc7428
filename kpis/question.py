"""What is asked of the numbers and what is answered: one shape for card, chart, table, API and CSV.

Pure. Parsing of URL parameters is here too, so that a page and the API understand the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.measures import DIMENSIONS
from kpis.as_of import DIMENSIONS as LEDGER_DIMENSIONS
from kpis.as_of import FIRST_REPORTED, AsOf, as_of_from
from kpis.calculate import Value
from kpis.calendar import STANDARD, UNITS, CalendarRules, Period, PeriodError, parse_selection
from kpis.catalogue import Kpi, Parameters
from kpis.compare import NONE, Comparison, comparison_for

MOST_BUCKETS = 800
MOST_KEYS = 150


class QuestionInvalid(ValueError):
    """A question that cannot be asked: `code` for programs, `message` for people, `data` its parts."""

    def __init__(self, code: str, message: Any, data: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.data = code, message, data or {}

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Question:
    """Which KPIs, over which local days, cut by which unit, split and filtered by which dimensions.

    `compare` is a rule of `kpis.compare`; None compares with nothing. `currency` is the one to read
    money in; empty is the client's. `as_of` reads closed days as they were then.
    """

    keys: tuple[str, ...]
    period: Period
    by: str | None = None
    split: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compare: str | None = None
    currency: str = ""
    as_of: AsOf | None = None


@dataclass(frozen=True)
class Row:
    """The values of one bucket of time and one value of the split dimension ('' is not set).

    `read_back`: the KPIs whose days were all closed at the question's as-of moment, and that are
    read as of it; the others are as they are now.
    """

    bucket: Period
    bucket_key: str
    split: str | None
    label: str
    values: dict[str, Value]
    previous_bucket: Period | None = None
    previous: dict[str, Value] | None = None
    read_back: frozenset[str] = frozenset()
    previous_read_back: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """Rows in the order of time, then of the split; and what belongs to every one of them.

    `kpis` are the KPIs asked for, by key.
    """

    question: Question
    rows: tuple[Row, ...]
    currency: str
    time_zone: str
    as_of: datetime | None
    last_complete: date
    parameters: Parameters
    comparison: Comparison | None
    kpis: Mapping[str, Kpi] = field(default_factory=dict)

    @property
    def only(self) -> Row:
        """The row of a question without buckets and split."""
        return self.rows[0]


def question_from_params(
    params: Mapping[str, Any],
    book: Mapping[str, Kpi],
    last_complete: date,
    rules: CalendarRules = STANDARD,
    default_keys: tuple[str, ...] = (),
) -> Question:
    """The question a URL asks of the KPIs in a book: keys, period or from and to, by, split, compare and filters.

    Raises QuestionInvalid with a code of its own or of the calendar's.
    """
    try:
        period = parse_selection(params, last_complete, rules).period
        compare = str(params.get("compare") or "") or None
        if compare is not None:
            comparison_for(period, compare, rules)
    except PeriodError as error:
        raise QuestionInvalid(error.code, str(error), dict(error.data)) from error
    by = _one_of(params, "by", UNITS)
    if by and _bucket_count(period, by) > MOST_BUCKETS:
        raise QuestionInvalid(
            "too_many_buckets", _("Ask for at most %(most)s points.") % {"most": MOST_BUCKETS}
        )
    split, filters = _one_of(params, "split", DIMENSIONS), _filters(params)
    return Question(
        keys=_keys(params, book, default_keys),
        period=period,
        by=by,
        split=split,
        filters=filters,
        compare=None if compare == NONE else compare,
        as_of=_as_of(params, {*filters, *([split] if split else [])}),
    )


def _as_of(params: Mapping[str, Any], dimensions: set[str]) -> AsOf | None:
    text = str(params.get("as_of") or "")
    if not text:
        return None
    try:
        found = as_of_from(text)
    except ValueError as error:
        raise QuestionInvalid(
            "bad_as_of",
            _("as_of is a date, an instant with its offset, or %(first)s.")
            % {"first": FIRST_REPORTED},
            {"as_of": text[:60]},
        ) from error
    beyond = sorted(dimensions - LEDGER_DIMENSIONS)
    if beyond:
        raise QuestionInvalid(
            "as_of_dimension",
            _("Past readings are known by channel and campaign, not by %(name)s.")
            % {"name": beyond[0]},
            {"dimensions": beyond},
        )
    return found


def _keys(
    params: Mapping[str, Any], book: Mapping[str, Kpi], default: tuple[str, ...]
) -> tuple[str, ...]:
    text = str(params.get("keys") or "")
    keys = tuple(dict.fromkeys(key.strip() for key in text.split(",") if key.strip())) or default
    if not keys:
        raise QuestionInvalid("no_keys", _("Say which KPIs you want: keys=leads,cpl."))
    if len(keys) > MOST_KEYS:
        raise QuestionInvalid(
            "too_many_keys", _("Ask for at most %(most)s KPIs.") % {"most": MOST_KEYS}
        )
    unknown = [key for key in keys if key not in book]
    if unknown:
        raise QuestionInvalid(
            "unknown_kpi",
            _("There is no KPI called %(key)s.") % {"key": unknown[0][:60]},
            {"keys": [key[:60] for key in unknown]},
        )
    return keys


def _one_of(params: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str | None:
    value = str(params.get(name) or "")
    if not value:
        return None
    if value not in known:
        message: str | Promise = _("%(name)s may be one of: %(known)s.") % {
            "name": name,
            "known": ", ".join(known),
        }
        raise QuestionInvalid(f"unknown_{name}", message, {name: value[:60], "known": list(known)})
    return value


def _filters(params: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """`channel=paid_search,email` keeps these; a dimension given empty does not filter."""
    found = {}
    for name in DIMENSIONS:
        given = params.getlist(name) if hasattr(params, "getlist") else [params.get(name) or ""]
        values = tuple(
            dict.fromkeys(part for text in given for part in str(text).split(",") if part)
        )
        if any("\0" in value for value in values):
            raise QuestionInvalid("bad_filter", _("A filter holds a character that no value has."))
        if values:
            found[name] = values
    return found


def _bucket_count(period: Period, by: str) -> int:
    return period.days // {"day": 1, "week": 7, "month": 28, "quarter": 89, "year": 365}[by]
