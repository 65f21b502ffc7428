"""What a client's dashboard shows: the questions it asks, and the answers put into view models."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Client
from campaigns.channels import CODES, NAMES
from kpis import charts
from kpis.calendar import Period, unit_of
from kpis.catalogue import GROUPS, KPIS, Kpi
from kpis.charts import Bar, Chart, Line
from kpis.charts.parts import Scale
from kpis.formats import axis_label
from kpis.goals import path, range_path
from kpis.goals.terms import MAINTAIN
from kpis.models import Goal
from kpis.pages.cards import Figure, Spark, figure, spark
from kpis.pages.freshness import Source, sources_in_words
from kpis.pages.picker import Choice
from kpis.pages.pledges import Answer as TenSeconds
from kpis.pages.pledges import Pledge, in_urgency, pledge, ten_seconds
from kpis.pages.reader import Reader
from kpis.pages.tables import COLUMNS, Table, is_absent, row_notices, short_name, table
from kpis.progress import Progress, filters_for, goals_running, progress_of
from kpis.question import Answer, Question, Row
from kpis.services import Standing, answer, standing_of

VIEWS = {
    "executive": gettext_lazy("Executive"),
    "manager": gettext_lazy("Manager"),
    "analyst": gettext_lazy("Analyst"),
}
HEADLINE = ("leads", "cpl", "new_customers", "cac", "revenue", "roas")
WORKING = (
    *HEADLINE,
    "sessions", "traffic_to_lead_rate", "ad_spend", "mqls", "lead_to_customer_rate", "aov",
)  # fmt: skip
#: What takes the place of a headline number for which nobody delivers data.
STANDBY = (
    "ad_spend", "platform_leads", "cost_per_platform_lead", "platform_sales",
    "cost_per_platform_sale", "sessions", "clicks", "ctr", "sales_count", "mqls",
)  # fmt: skip
STAGES = ("sessions", "leads", "mqls", "sqls", "new_customers")
NOTICED = ("cac", "aov", "new_customers")


Asking = Callable[[Question], Answer]


@dataclass(frozen=True)
class Card:
    """In this order: name and meaning, value, change, goal, sparkline, what is missing."""

    figure: Figure
    pledge: Pledge | None
    spark: Spark

    @property
    def kpi(self) -> Kpi:
        return self.figure.kpi


@dataclass(frozen=True)
class Group:
    """A part of the analyst's table."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Drawing:
    """A chart, the KPI it draws, and its table twin."""

    kpi: Kpi
    chart: Chart
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Step:
    """A stage of the funnel; `share` of the widest one, 0 to 100."""

    name: str
    full_name: str
    text: str
    of_previous: str
    of_first: str
    share: int


@dataclass(frozen=True)
class Board:
    """Everything of one page; parts that a view does not show are empty."""

    view: str
    choice: Choice
    reply: Answer
    whole: Row
    verdict: TenSeconds | None
    pledges: tuple[Pledge, ...]
    cards: tuple[Card, ...]
    absent: tuple[Kpi, ...]
    groups: tuple[Group, ...]
    drawing: Drawing | None
    funnel: tuple[Step, ...]
    tables: tuple[Table, ...]
    notices: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def late(self) -> list[Source]:
        return [source for source in self.sources if source.is_late]


def board_of(
    client: Client, choice: Choice, view: str, drawn: str, sees_costs: bool, reader: Reader
) -> Board:
    """The dashboard of a client. Inside a scope that holds it.

    1. The goals. 2. One question for all figures of the view; those that nobody delivers make
    room. 3. One for their course over time. 4. In the working views one per table.
    """
    standing = standing_of(client)
    pledges = pledges_of(client, choice.period, reader, standing)
    keys = _keys(view, pledges)

    def ask(question: Question) -> Answer:
        return answer(client, question, sees_costs, standing)

    reply = ask(choice.ask(*keys))
    whole = reply.only
    shown = _shown(view, whole)
    course = ask(choice.ask(*shown, by=choice.unit))
    cards = {key: _card(key, whole, course, pledges, reader) for key in shown}
    drawn = drawn if drawn in cards else _worst(pledges, shown)
    return Board(
        view=view,
        choice=choice,
        reply=reply,
        whole=whole,
        verdict=ten_seconds(pledges, reader),
        pledges=tuple(in_urgency(pledges)),
        cards=() if view == "analyst" else tuple(cards.values()),
        absent=tuple(
            KPIS[key] for key in keys if key not in shown and is_absent(whole.values[key])
        ),
        groups=_groups(cards) if view == "analyst" else (),
        drawing=drawing(KPIS[drawn], course, pledges, reader) if drawn else None,
        funnel=() if view == "executive" else funnel(whole, reader),
        tables=() if view == "executive" else _tables(ask, choice, whole, reader),
        notices=row_notices(whole.values),
        sources=tuple(sources_in_words(standing.spans, standing.last_complete, reader)),
    )


def pledges_of(client: Client, period: Period, reader: Reader, standing: Standing) -> list[Pledge]:
    """The goals that touch the period, in words."""
    goals = goals_running(client, period)
    return [
        pledge(each, reader, scope_of(each.goal)) for each in progress_of(client, goals, standing)
    ]


def scope_of(goal: Goal) -> str:
    """The channel or campaign that a goal is about; "" for the whole client."""
    if goal.channel:
        return str(NAMES.get(goal.channel, goal.channel))
    return str(goal.campaign) if goal.campaign else ""


def _keys(view: str, pledges: Sequence[Pledge]) -> tuple[str, ...]:
    wanted = {
        "executive": (*HEADLINE, *STANDBY),
        "manager": (*WORKING, *STANDBY, *STAGES, *COLUMNS),
        "analyst": tuple(KPIS),
    }[view]
    promised = [each.kpi.key for each in pledges]
    return tuple(dict.fromkeys((*wanted, *promised, *NOTICED)))


def _shown(view: str, whole: Row) -> tuple[str, ...]:
    """The KPIs with a card: the view's own, and others in the place of what nobody delivers."""
    if view == "analyst":
        return tuple(key for key in KPIS if not is_absent(whole.values[key]))
    own = HEADLINE if view == "executive" else WORKING
    present = [key for key in dict.fromkeys((*own, *STANDBY)) if not is_absent(whole.values[key])]
    return tuple(present[: len(own)]) or own[:1]


def _card(key: str, whole: Row, course: Answer, pledges: Sequence[Pledge], reader: Reader) -> Card:
    kpi = KPIS[key]
    previous = whole.previous[key] if whole.previous else None
    return Card(
        figure(kpi, whole.values[key], previous, reader, course.parameters),
        pledge_for(key, pledges, course.question),
        spark([row.values[key].value for row in course.rows]),
    )


def pledge_for(key: str, pledges: Sequence[Pledge], question: Question) -> Pledge | None:
    """The goal of just what is shown: the same filters, and the one that ends first."""
    shown = {name: tuple(values) for name, values in question.filters.items()}
    own = [
        each
        for each in pledges
        if each.kpi.key == key
        and dict(filters_for(each.progress.goal.channel, each.progress.goal.campaign_id)) == shown
    ]
    return own[0] if own else None


def _worst(pledges: Sequence[Pledge], shown: Sequence[str]) -> str:
    """What the trend draws unless asked: what is most in need of a look."""
    keys = [each.kpi.key for each in in_urgency(pledges) if each.kpi.key in shown]
    return keys[0] if keys else shown[0] if shown else ""


def _groups(cards: Mapping[str, Card]) -> tuple[Group, ...]:
    found = []
    for code, name in GROUPS.items():
        members = tuple(card for card in cards.values() if card.kpi.group == code)
        if members:
            found.append(Group(str(name), members))
    return tuple(found)


# --- the trend -------------------------------------------------------------------------------


def drawing(kpi: Kpi, course: Answer, pledges: Sequence[Pledge], reader: Reader) -> Drawing:
    """The KPI over time, with what it is compared with and the path of its goal."""
    rows, key = course.rows, kpi.key
    unit = str(course.question.by)
    titles = [reader.period(row.bucket) for row in rows]
    compared = None
    if course.comparison and course.comparison.period:
        compared = Line(
            str(course.comparison.name),
            [row.previous[key].value if row.previous else None for row in rows],
            [reader.period(row.previous_bucket) if row.previous_bucket else "" for row in rows],
        )
    promised = pledge_for(key, pledges, course.question)
    chart = charts.trend(
        Line(str(kpi.name), [row.values[key].value for row in rows]),
        [axis_label(unit, row.bucket.first, reader.locale, reader.rules) for row in rows],
        titles,
        Scale(kpi.unit, reader.locale, reader.currency),
        comparison=compared,
        goals=_goal_lines(promised.progress, [row.bucket for row in rows]) if promised else (),
        incomplete=[_is_incomplete(row, key, unit, reader) for row in rows],
    )
    heads, texts = charts.table_of(chart)
    return Drawing(kpi, chart, heads, texts)


def _is_incomplete(row: Row, key: str, unit: str, reader: Reader) -> bool:
    """Days are missing, or the week or month is not whole: its total cannot be held to the others."""
    whole = unit_of(row.bucket.first, unit, reader.rules)
    return row.values[key].state == "partial" or whole != row.bucket


def _goal_lines(progress: Progress, periods: Sequence[Period]) -> list[Line]:
    terms = progress.terms
    if terms.kind == MAINTAIN:
        low, high = range_path(terms, periods)
        return [Line(_("At least"), low, role="low"), Line(_("At most"), high, role="high")]
    line: list[Any] = path(terms, progress.stones, periods)
    return [Line(_("Goal"), line)] if any(value is not None for value in line) else []


# --- the funnel and the tables -----------------------------------------------------------------


def funnel(whole: Row, reader: Reader) -> tuple[Step, ...]:
    """Visits to customers, each stage by what happened in the period."""
    stages = [key for key in STAGES if not is_absent(whole.values[key])]
    if len(stages) < 2:
        return ()
    bars = [Bar(key, short_name(KPIS[key]), whole.values[key].value) for key in stages]
    chart = charts.funnel(_("Funnel"), bars, reader.locale)
    texts = chart["data"]["datasets"][0]["rumbo"]["texts"]
    top = max((float(bar.value or 0) for bar in bars), default=0.0)
    return tuple(
        Step(
            bar.name,
            str(KPIS[bar.code].name),
            text,
            step["of_previous"],
            step["of_first"],
            round(100 * float(bar.value) / top) if bar.value and top else 0,
        )
        for bar, text, step in zip(bars, texts, chart["rumbo"]["steps"], strict=True)
    )


def _tables(ask: Asking, choice: Choice, whole: Row, reader: Reader) -> tuple[Table, ...]:
    """By channel and by campaign."""
    keys = tuple(dict.fromkeys((*COLUMNS, *NOTICED)))
    found = []
    for split in ("channel", "campaign"):
        reply = ask(choice.ask(*keys, split=split, is_compared=False))
        found.append(table(reply, whole, reader))
    return tuple(each for each in found if each.rows)


def channel_choices() -> list[tuple[str, str]]:
    return [(code, str(NAMES[code])) for code in CODES]
