"""The names a formula may use: measures and KPIs, built-in and a client's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from campaigns.measures import MEASURES, Measure
from kpis.catalogue import KPIS, Kpi
from kpis.catalogue.kpi import Accumulation as Way
from kpis.catalogue.kpi import Better, GoalKind, Unit, Words

Kind = Literal["measure", "kpi"]
#: What the keys of things that people define begin with: no built-in key ever does.
MEASURE_PREFIX, KPI_PREFIX = "own_", "custom_"


@dataclass(frozen=True)
class Definition:
    """A custom KPI as it was written: the formula is text."""

    key: str
    name: str
    meaning: str
    formula: str
    unit: Unit
    better: Better
    goal: tuple[GoalKind, Way] | None = None
    is_of_client: bool = False
    is_archived: bool = False
    version: int = 1


@dataclass(frozen=True)
class Entry:
    """A name as the editor offers it."""

    key: str
    name: Words
    kind: Kind
    unit: str
    is_own: bool


@dataclass(frozen=True)
class Vocabulary:
    """Everything that has a name. `own` are own measures, `custom` the KPIs written by people.

    Where a measure and a KPI have the same name they are the same thing: the KPI is that measure.
    """

    own: Mapping[str, Measure] = field(default_factory=dict)
    custom: Mapping[str, Definition] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=lambda: KPIS)

    def measure(self, key: str) -> Measure | None:
        return MEASURES.get(key) or self.own.get(key)

    def entries(self, besides: str = "") -> Iterator[Entry]:
        """What the editor completes, own things first; not the KPI that is being written."""
        for definition in self.custom.values():
            if not definition.is_archived and definition.key != besides:
                yield Entry(definition.key, definition.name, "kpi", definition.unit, True)
        for measure in self.own.values():
            yield Entry(measure.key, measure.name, "measure", measure.unit, True)
        for kpi in self.kpis.values():
            yield Entry(kpi.key, kpi.name, "kpi", kpi.unit, False)
        for measure in MEASURES.values():
            if measure.key not in self.kpis:
                yield Entry(measure.key, measure.name, "measure", measure.unit, False)

    def nearest(self, word: str) -> str:
        """The name that was perhaps meant, or an empty text."""
        known = [*self.custom, *self.own, *self.kpis, *MEASURES]
        begun = [key for key in known if len(word) >= 3 and key.startswith(word.lower())]
        if begun:
            return min(begun, key=len)
        found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
        return found[0] if found else ""
