"""What an agency or a client measures beyond the closed list, as a measure like any other. Pure."""

from dataclasses import dataclass
from typing import Literal, cast

from campaigns.measures import Aggregation, Family, Measure, Unit
from campaigns.measures.kinds import TOUCH

#: What the keys of own measures begin with: no built-in key ever does.
PREFIX = "own_"
LONGEST_KEY = 40

Better = Literal["higher", "lower", "neutral"]


@dataclass(frozen=True)
class OwnTerms:
    """An own measure as it was defined. `aggregation` is sum (adds up over days) or last (a stock)."""

    key: str
    name: str
    description: str
    unit: Unit
    aggregation: Aggregation
    better: Better
    is_of_client: bool = False
    is_archived: bool = False


def measure_of(terms: OwnTerms) -> Measure:
    """The measure of these terms. Its family is its own: each is as complete as it was entered."""
    return Measure(
        key=terms.key,
        name=terms.name,
        unit=terms.unit,
        aggregation=terms.aggregation,
        family=cast(Family, terms.key),
        settle_days=0,
        dimensions=TOUCH,
        dated_by="day",
        origin="own",
    )


def is_own(key: str) -> bool:
    """True for the key, or the family, of an own measure."""
    return key.startswith(PREFIX)
