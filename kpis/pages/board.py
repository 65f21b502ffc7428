"""What a client's dashboard shows: the questions it asks, and the answers put into view models."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Client
from campaigns.channels import CODES, NAMES
from kpis.book import Book, book_of
from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.chosen import chosen_of
from kpis.goal_standing.progress import goals_running, progress_of
from kpis.models import Goal
from kpis.pages.cac import CacNotice, all_notices, quick_notices
from kpis.pages.card import Asking, Card, card, comes_later, courses_of
from kpis.pages.dimensions import value_name
from kpis.pages.freshness import Source, sources_in_words
from kpis.pages.funnel import Step, funnel
from kpis.pages.marks import marked, marks_for
from kpis.pages.picker import Choice
from kpis.pages.pledges import Answer as TenSeconds
from kpis.pages.pledges import Pledge, in_urgency, pledge, ten_seconds
from kpis.pages.reader import Reader
from kpis.pages.selection import EXECUTIVE, Selection, Shown
from kpis.pages.tables import COLUMNS, NOTICED, Table, is_absent, table
from kpis.pages.trend import Drawing, drawing
from kpis.queries import labels_for
from kpis.question import Answer, Question, Row
from kpis.services import Standing, answer, standing_of


@dataclass(frozen=True)
class Section:
    """Cards, or lines of the analyst's table, under one heading; "" is none."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Board:
    """Everything of one page; parts that a view does not show are empty."""

    view: str
    choice: Choice
    reply: Answer
    whole: Row
    verdict: TenSeconds | None
    pledges: tuple[Pledge, ...]
    sections: tuple[Section, ...]
    absent: tuple[Kpi, ...]
    drawing: Drawing | None
    funnel: tuple[Step, ...]
    tables: tuple[Table, ...]
    notices: tuple[CacNotice, ...]
    sources: tuple[Source, ...]
    is_whole: bool

    @property
    def has_data(self) -> bool:
        """Whether any source has delivered; one that is only named has not."""
        return any(source.days_behind is not None for source in self.sources)

    @property
    def is_unfinished(self) -> bool:
        """Whether a second request has something to bring."""
        return not self.is_whole and bool(self.later or self.notices)

    @property
    def late(self) -> list[Source]:
        return [source for source in self.sources if source.is_late]

    @property
    def later(self) -> str:
        """What is still to come, as the parameter of the request that fetches it."""
        cards = (each for section in self.sections for each in section.cards)
        return ",".join(each.kpi.key for each in cards if each.figure is None)

    @property
    def keys(self) -> str:
        """What stands on it, as the parameter of the CSV."""
        return ",".join(card.kpi.key for section in self.sections for card in section.cards)


def board_of(
    client: Client,
    choice: Choice,
    view: str,
    drawn: str,
    sees_costs: bool,
    reader: Reader,
    is_whole: bool = False,
) -> Board:
    """The dashboard of a client. Inside a scope that holds it.

    1. The goals, and what was chosen. 2. One question for all figures of the view; those that
    nobody delivers make room. What takes longer comes later, unless the page `is_whole`. 3. One
    for the sparklines. 4. One for the KPI that the trend draws, compared. 5. In the working views
    one per table.
    """
    standing, book = standing_of(client), book_of(client)
    chosen = chosen_of(client, book, {span.family for span in standing.spans})
    selection = Selection(view, chosen, book)
    pledges = pledges_of(client, choice.period, reader, standing)

    def ask(question: Question) -> Answer:
        return answer(client, question, sees_costs, standing)

    def marked_drawing(kpi: Kpi) -> Drawing:
        course = ask(choice.ask(kpi.key, by=choice.unit))
        marks = marks_for(client, kpi, course, sees_costs, reader)
        return marked(drawing(kpi, course, pledges, reader), marks)

    asked = selection.asked([each.kpi.key for each in pledges])
    later = () if is_whole else tuple(key for key in asked if comes_later(book[key]))
    reply = ask(choice.ask(*(key for key in asked if key not in later)))
    whole = reply.only
    parts = selection.shown(_present(whole) | _expected(book, later, standing))
    shown = tuple(dict.fromkeys(key for part in parts for key in part.keys))
    courses = courses_of(ask, choice, [book[key] for key in shown])
    cards = {
        key: card(book[key], reply, courses, pledges, reader) for key in shown if key not in later
    }
    drawn = drawn if drawn in shown else _worst(pledges, tuple(cards) or shown)
    is_working = view != EXECUTIVE
    return Board(
        view=view,
        choice=choice,
        reply=reply,
        whole=whole,
        verdict=ten_seconds(pledges, reader),
        pledges=tuple(in_urgency(pledges)),
        sections=_sections(parts, cards, book),
        absent=selection.missing(whole),
        drawing=marked_drawing(book[drawn]) if drawn else None,
        funnel=funnel(whole, book, reader) if is_working else (),
        tables=_tables(ask, choice, whole, reader) if is_working else (),
        notices=_notices(ask, choice, whole, book, reader, is_whole),
        sources=tuple(sources_in_words(standing.spans, standing.last_complete, reader)),
        is_whole=is_whole,
    )


def _sections(parts: Sequence[Shown], cards: Mapping[str, Card], book: Book) -> tuple[Section, ...]:
    """The cards under their headings; one that comes later is empty until then."""
    return tuple(
        Section(part.heading, tuple(cards.get(key) or Card(book[key], None) for key in part.keys))
        for part in parts
    )


def pledges_of(client: Client, period: Period, reader: Reader, standing: Standing) -> list[Pledge]:
    """The goals that touch the period, in words."""
    goals = goals_running(client, period)
    return [
        pledge(each, reader, scope_of(each.goal)) for each in progress_of(client, goals, standing)
    ]


def scope_of(goal: Goal) -> str:
    """The part of the client that a goal is about; "" for the whole client."""
    found = [str(NAMES.get(goal.channel, goal.channel))] if goal.channel else []
    found += [str(goal.campaign)] if goal.campaign else []
    for name, values in sorted(goal.filters.items()):
        labels = labels_for(goal.client, name, values)
        found += [value_name(name, value, labels.get(value, "")) for value in values]
    return ", ".join(found)


def _notices(
    ask: Asking,
    choice: Choice,
    whole: Row,
    book: Mapping[str, Kpi],
    reader: Reader,
    is_whole: bool,
) -> tuple[CacNotice, ...]:
    """A CAC above the lifetime value but below the profit of one sale is left to CAC's own page."""
    quick = quick_notices(ask, choice, whole, book, reader)
    return all_notices(ask, choice, book, reader) if quick and is_whole else quick


def later_notices(
    client: Client, choice: Choice, sees_costs: bool, reader: Reader
) -> tuple[CacNotice, ...]:
    """The same with lifetime value and payback beside them."""
    standing = standing_of(client)
    return all_notices(
        lambda question: answer(client, question, sees_costs, standing),
        choice,
        book_of(client),
        reader,
    )


def _present(whole: Row) -> set[str]:
    return {key for key, value in whole.values.items() if not is_absent(value)}


def _expected(book: Mapping[str, Kpi], later: Collection[str], standing: Standing) -> set[str]:
    """Those of them for which the client has sources; whether there is a number is seen later."""
    families = {span.family for span in standing.spans}
    return {
        key for key in later if all(families & set(each.families) for each in book[key].measures())
    }


def _worst(pledges: Sequence[Pledge], shown: Sequence[str]) -> str:
    """What the trend draws unless asked: what is most in need of a look."""
    keys = [each.kpi.key for each in in_urgency(pledges) if each.kpi.key in shown]
    return keys[0] if keys else shown[0] if shown else ""


def _tables(ask: Asking, choice: Choice, whole: Row, reader: Reader) -> tuple[Table, ...]:
    """By channel and by campaign."""
    keys = tuple(dict.fromkeys((*COLUMNS, *NOTICED)))
    found = []
    for split in ("channel", "campaign"):
        reply = ask(choice.ask(*keys, split=split, is_compared=False))
        found.append(table(reply, whole, reader))
    return tuple(each for each in found if each.rows)


def later_cards(
    client: Client, choice: Choice, keys: Collection[str], sees_costs: bool, reader: Reader
) -> list[Card]:
    """The cards that a page has left out. One without a figure is not to be shown at all."""
    standing, book = standing_of(client), book_of(client)
    wanted = [key for key in dict.fromkeys(keys) if key in book and comes_later(book[key])]
    if not wanted:
        return []
    reply = answer(client, choice.ask(*wanted), sees_costs, standing)
    pledges = pledges_of(client, choice.period, reader, standing)
    found = _present(reply.only)
    return [
        card(book[key], reply, None, pledges, reader) if key in found else Card(book[key], None)
        for key in wanted
    ]


def channel_choices() -> list[tuple[str, str]]:
    return [(code, str(NAMES[code])) for code in CODES]
