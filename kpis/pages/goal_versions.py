"""What a goal asked for before, in words; and the parts of a client that a goal may be about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Client
from accounts.queries import member_names
from campaigns.queries import salespeople_of
from kpis.book import book_of
from kpis.calendar import Period
from kpis.goal_setting.queries import versions_of
from kpis.goal_standing.progress import terms_of
from kpis.models import Goal, GoalVersion, Shape
from kpis.pages.dimensions import NAMES, value_name
from kpis.pages.reader import Reader

#: Dimensions whose values are the same for every client.
_FIXED = {"device": ("mobile", "desktop", "tablet"), "is_returning": ("false", "true")}
MOST_PEOPLE = 200


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of a goal; `stones` its whole path then, (period, milestone)."""

    number: int
    since: str
    target: str
    shape: str
    who: str
    at: date
    reason: str
    stones: tuple[tuple[str, str], ...]


def version_lines(client: Client, goal: Goal, reader: Reader) -> list[VersionLine]:
    """The newest first; empty for a goal that never asked for anything else."""
    versions = list(versions_of(goal))
    if len(versions) < 2:
        return []
    names = member_names(client.agency, [version.author_id for version in versions])
    unit = book_of(client)[goal.kpi].unit
    return [_line(each, unit, names, reader) for each in reversed(versions)]


def _line(version: GoalVersion, unit: str, names: dict[int, str], reader: Reader) -> VersionLine:
    def said(number: Decimal | None) -> str:
        return "" if number is None else reader.number(number, unit)

    target = said(version.target) or f"{said(version.low)} – {said(version.high)}"
    return VersionLine(
        version.pk,
        reader.day(version.valid_from),
        target,
        str(Shape(version.shape).label),
        names.get(version.author_id or 0, ""),
        version.created_at.date(),
        version.reason,
        tuple(
            (
                reader.period(Period(date.fromisoformat(first), date.fromisoformat(last))),
                said(Decimal(value)),
            )
            for first, last, value in version.milestones
        ),
    )


def days_to_change(
    client: Client, goal: Goal, today: date, reader: Reader
) -> list[tuple[str, str]]:
    """The steps from whose first day on a goal may ask for something else; the running one first."""
    grains = [grain.period for grain in terms_of(client, goal).grains]
    left = [grain for grain in grains if grain.last >= today] or grains[-1:]
    begun = [grain for grain in grains if grain.last < today]
    ordered = [*left, *begun[:1]]
    return [(grain.first.isoformat(), reader.period(grain)) for grain in ordered]


def part_choices(client: Client) -> list[tuple[str, list[tuple[str, str]]]]:
    """Parts of a client beside channel and campaign, by dimension: (dimension:value, name)."""
    found = [
        (
            str(NAMES[name]),
            [(f"{name}:{value}", value_name(name, value)) for value in values],
        )
        for name, values in _FIXED.items()
    ]
    people = [
        (f"salesperson:{person.pk}", str(person)) for person in salespeople_of(client)[:MOST_PEOPLE]
    ]
    return [*found, *([(str(NAMES["salesperson"]), people)] if people else [])]
