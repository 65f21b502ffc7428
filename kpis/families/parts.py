"""What a part of the snapshot is: which rows of which facts make its rows, as SQL. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from campaigns.measures import MEASURES
from kpis.families.sums import WHOLE_SUM

#: The dimensions of the fine grain with what a fact that lacks one has there.
DIMENSIONS: Mapping[str, str] = {
    "channel": "''",
    "campaign_id": "NULL::bigint",
    "currency": "''",
    "device": "''",
    "landing_page_id": "NULL::bigint",
    "salesperson_id": "NULL::bigint",
    "country": "''",
    "is_returning": "NULL::boolean",
    "utm_source": "''",
    "utm_medium": "''",
    "product_id": "NULL::bigint",
    "platform": "''",
}
#: Counts that come in fractions: platforms credit parts of a conversion.
FRACTIONAL = ("platform_conversions",)
COARSE_DIMENSIONS = ("channel", "campaign_id", "currency")
TOUCH = {"channel": "channel", "campaign_id": "campaign_id"}
TAGGED = {**TOUCH, "utm_source": "utm_source", "utm_medium": "utm_medium"}

OF_CLIENT = "agency_id = %(agency)s AND client_id = %(client)s"


@dataclass(frozen=True)
class Arm:
    """The rows of one table that fall on a day by one of their dates, and what they add to it.

    A dimension that all rows of the arm lack is a constant: it takes no part in the grouping.
    """

    table: str
    day: str
    measures: Mapping[str, str]  # snapshot column → aggregate
    dimensions: Mapping[str, str] = field(default_factory=lambda: TOUCH)
    where: str = "TRUE"

    def select(self, columns: tuple[str, ...], is_whole: bool) -> str:
        """One row per day and combination of dimensions, with all of the part's columns."""
        days = "" if is_whole else f" AND {self.day} = ANY(%(days)s)"
        values = [
            f"{self.measures.get(key, 'NULL')}::{column_type(key)} AS {key}" for key in columns
        ]
        return (
            f"SELECT {self.day} AS day, {named_dimensions(self.dimensions)},"
            f" {listed(values)} FROM {self.table} WHERE {OF_CLIENT} AND {self.where}{days}"
            f" GROUP BY {listed((self.day, *self.dimensions.values()))}"
        )


@dataclass(frozen=True)
class Part:
    """What is deleted and refilled together. `family` is the snapshot's; `rows` tells its rows apart.

    is_stock: written through the client's last complete day, computed over the whole range of days.
    reach: the parameter (as in `in_force`) for whose days a fact goes on counting after its mark.
    """

    name: str
    family: str
    columns: tuple[str, ...]
    arms: tuple[Arm, ...] = ()
    sql: str = ""  # instead of arms; with {days} where the condition on `day` belongs
    rows: str = "TRUE"
    is_stock: bool = False
    reach: str = ""
    facts: tuple[
        str, ...
    ] = ()  # tables, with WHERE where only some rows count; arms name their own

    def presence(self) -> str:
        """A condition: whether the client has any fact that could make a row."""
        sources = self.facts or tuple(f"{arm.table} WHERE {arm.where}" for arm in self.arms)
        return " OR ".join(
            f"EXISTS (SELECT FROM {each}{' AND' if ' WHERE ' in each else ' WHERE'} {OF_CLIENT})"
            for each in sources
        )

    def select(self, is_whole: bool) -> str:
        """day, the dimensions and the columns, one row per combination that exists in the facts."""
        if self.sql:
            return self.sql.format(days="" if is_whole else "AND day = ANY(%(days)s)")
        if len(self.arms) == 1:
            return self.arms[0].select(self.columns, is_whole)
        arms = " UNION ALL ".join(arm.select(self.columns, is_whole) for arm in self.arms)
        varying = [name for name in DIMENSIONS if any(name in arm.dimensions for arm in self.arms)]
        return (
            f"SELECT day, {named_dimensions({name: name for name in varying})},"
            f" {listed(summed(key) for key in self.columns)}"
            f" FROM ({arms}) AS arm GROUP BY {listed(('day', *varying))}"
        )


def listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def named_dimensions(own: Mapping[str, str]) -> str:
    """All dimensions in their order, those of `own` by its expressions and the others empty."""
    return listed(f"{own.get(name, empty)} AS {name}" for name, empty in DIMENSIONS.items())


def column_type(key: str) -> str:
    return "numeric(18,6)" if is_decimal(key) else "bigint"


def is_decimal(key: str) -> bool:
    """Whether the column has six decimals and not none."""
    return MEASURES[key].unit == "money" or key in FRACTIONAL


def in_force(parameter: str, day: str) -> str:
    """A client's parameter on a day, from the parallel arrays of `kpis.parameters.sql_versions`."""
    return f"(%({parameter})s::int[])[width_bucket({day}, %(versions)s::date[])]"


def added(key: str) -> str:
    """The aggregate that adds a measure's column up."""
    return f"sum({key})" if is_decimal(key) else f"{WHOLE_SUM}({key})"


def summed(key: str) -> str:
    return f"{added(key)}::{column_type(key)} AS {key}"


def stored_of(family: str, aggregation: str) -> tuple[str, ...]:
    """The keys of a family's snapshot columns of one class, in the order of the measures."""
    return tuple(
        key
        for key, each in MEASURES.items()
        if each.family == family and each.is_stored and each.aggregation == aggregation
    )
