"""Which KPIs a view of the dashboard shows: three readings of what was chosen for the client. Pure.

The executive view shows the headline, the manager's view everything chosen, the analyst's view
that and everything else that has data. Where nobody chose, what nobody delivers makes room for
what somebody does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.catalogue import GROUPS, Kpi
from kpis.choosing import sections
from kpis.chosen import Chosen
from kpis.pages.funnel import STAGES
from kpis.pages.headings import heading_text
from kpis.pages.tables import COLUMNS, NOTICED, is_absent
from kpis.question import Row

EXECUTIVE, MANAGER, ANALYST = "executive", "manager", "analyst"
VIEWS = {
    EXECUTIVE: gettext_lazy("Executive"),
    MANAGER: gettext_lazy("Manager"),
    ANALYST: gettext_lazy("Analyst"),
}
#: What takes the place of a headline number for which nobody delivers data, if nobody chose.
STANDBY = (
    "ad_spend", "platform_leads", "cost_per_platform_lead", "platform_sales",
    "cost_per_platform_sale", "sessions", "clicks", "ctr", "sales_count", "mqls",
)  # fmt: skip
WORKING_KPIS = 12  # cards of the manager's view before stand-bys are left out


@dataclass(frozen=True)
class Shown:
    """Some KPIs of a page under one heading; "" is none."""

    heading: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """What one view of one client's dashboard asks for and shows."""

    view: str
    chosen: Chosen
    book: Mapping[str, Kpi]

    @property
    def own(self) -> tuple[str, ...]:
        """What this view is meant to show, whether or not there is data."""
        return self.chosen.headline if self.view == EXECUTIVE else self.chosen.keys

    def asked(self, promised: Sequence[str]) -> tuple[str, ...]:
        """All KPIs that the view may need; `promised` are those with a goal."""
        standby = STANDBY if self.chosen.is_default else ()
        more = {EXECUTIVE: (), MANAGER: (*STAGES, *COLUMNS), ANALYST: tuple(self.book)}[self.view]
        wanted = (*self.own, *standby, *more, *promised, *NOTICED)
        return tuple(key for key in dict.fromkeys(wanted) if key in self.book)

    def shown(self, present: set[str]) -> list[Shown]:
        """Headings with those KPIs that have something to show, in order."""
        if self.view == ANALYST and self.chosen.is_default:
            return self._by_group(present)
        if self.view == EXECUTIVE:
            return [Shown("", self._headline(present))]
        found = [
            Shown(heading_text(section), tuple(key for key in keys if key in present))
            for section, keys in sections(self.chosen.entries)
        ]
        if self.view == ANALYST:
            found += self._by_group(present - set(self.chosen.keys))
        elif self.chosen.is_default:
            found.append(Shown(_("Also measured"), self._standby(present)))
        return [each for each in found if each.keys] or [Shown("", self.own[:1])]

    def missing(self, whole: Row) -> tuple[Kpi, ...]:
        """What the view is meant to show and nobody delivers."""
        values = whole.values
        return tuple(self.book[key] for key in self.own if key in values and is_absent(values[key]))

    def _headline(self, present: set[str]) -> tuple[str, ...]:
        standby = STANDBY if self.chosen.is_default else ()
        found = [key for key in dict.fromkeys((*self.own, *standby)) if key in present]
        return tuple(found[: len(self.own)]) or self.own[:1]

    def _standby(self, present: set[str]) -> tuple[str, ...]:
        room = WORKING_KPIS - len(present & set(self.own))
        spare = [key for key in STANDBY if key in present and key not in self.own]
        return tuple(spare[: max(room, 0)])

    def _by_group(self, keys: set[str]) -> list[Shown]:
        found = [
            Shown(
                str(name),
                tuple(key for key, kpi in self.book.items() if key in keys and kpi.group == code),
            )
            for code, name in GROUPS.items()
        ]
        return [each for each in found if each.keys]
