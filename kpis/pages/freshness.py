"""How fresh a client's sources are, in words; and which of them have fallen behind. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.own_measures import is_own
from kpis.coverage import SourceSpan
from kpis.pages.reader import Reader, family_name

LATE_DAYS = 2  # platforms deliver yesterday some time today


@dataclass(frozen=True)
class Source:
    """One source of one family: through which day it is complete, and how far behind that is."""

    family: str
    name: str
    through: str
    days_behind: int | None
    is_by_hand: bool = False  # entered when there is something to enter: never late

    @property
    def is_late(self) -> bool:
        behind = self.days_behind is None or self.days_behind >= LATE_DAYS
        return behind and not self.is_by_hand

    @property
    def words(self) -> str:
        if self.days_behind is None:
            return _("%(family)s (%(source)s): nothing delivered yet") % self._parts
        late = ngettext("%(days)s day behind", "%(days)s days behind", self.days_behind)
        return _("%(family)s (%(source)s): complete through %(through)s") % self._parts + (
            f", {late % self._parts}" if self.is_late else ""
        )

    @property
    def _parts(self) -> dict[str, str]:
        return {
            "family": self.family,
            "source": self.name,
            "through": self.through,
            "days": str(self.days_behind),
        }


def sources_in_words(
    spans: Iterable[SourceSpan], last_complete: date, reader: Reader
) -> list[Source]:
    """Every source, the latest behind first."""
    found = [
        Source(
            family_name(span.family),
            span.source,
            reader.day(span.complete_through),
            None
            if span.complete_through is None
            else max((last_complete - span.complete_through).days, 0),
            is_own(span.family),
        )
        for span in spans
    ]
    return sorted(found, key=lambda each: (-(each.days_behind or 0), each.family, each.name))
