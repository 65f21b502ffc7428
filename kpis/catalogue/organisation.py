"""KPIs of the client's own team, typed in by hand."""

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Kpi, example

EMPLOYEE_RETENTION = Kpi(
    key="employee_retention",
    name=_("Employee retention rate"),
    meaning=_("Of the people employed when the period began, those still there at its end."),
    pitfall=_(
        "Typed in by the client for a period, and known for exactly that period: "
        "two quarters do not average to the half-year."
    ),
    group="organisation",
    formula=a.STAFF_STAYED / a.STAFF_START,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The period for which the client entered it."),
    source=_("Standard of the field"),
    example=example("19/20", "95.0 %", staff_stayed="19", staff_start="20"),
    is_off_by_default=True,
    related=("retention_rate",),
)

KPIS = (EMPLOYEE_RETENTION,)
