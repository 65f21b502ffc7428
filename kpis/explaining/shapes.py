"""What an explanation is: the change, its parts, and why there are none where there are none."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from django.utils.translation import gettext_lazy as _

from kpis.calculate import REASONS
from kpis.catalogue import Kpi
from kpis.catalogue.kpi import Words
from kpis.explain import Lever, Sides, Sign, Tree
from kpis.formula import Atom, Expression
from kpis.question import Answer

FACTORS = "factors"
Kind = Literal["ratio", "sum", "factors", "terms", "apart", "none"]
RowKind = Literal["segment", "rest", "alone", "factor", "term", "asked"]
Numbers = dict[Atom, Fraction]

#: Why there is no explanation, or only figures side by side.
OBSTACLES: dict[str, Words] = {
    "no_comparison": _("Choose a period to compare with."),
    "partial": _("One of the two periods has days without data: part is not compared with whole."),
    "immature": _(
        "The youngest cases of this cohort can still change: it is too early to compare."
    ),
    "distinct": _(
        "It counts people, each once: whoever is in two segments is in both, so the segments do "
        "not add up to the whole. Their own figures stand side by side."
    ),
    "rows": _(
        "It is worked out from single cases (a middle, or a value to date), so those of the "
        "segments do not add up to it. They stand side by side."
    ),
    "derived": _(
        "It is computed from other ratios, which do not add up over segments. The figures stand "
        "side by side; by factor its change can be taken apart."
    ),
    "no_parts": _("It is worked out from single cases: it has no factors. Choose a dimension."),
    "no_factors": _("It is counted, not computed: it has no factors. Choose a dimension."),
    "no_factor_data": _("What the factors need is not known in both periods."),
    "agency_parts": _("Parts of the cost are your agency's own and are not listed."),
    "not_applicable": _("This number cannot be split in this way."),
    "no_sum": _("The segments do not add up to the whole here; their figures stand side by side."),
}


@dataclass(frozen=True)
class ExplainedRow:
    """A segment, a factor or a term, and what it adds to the change.

    `before` and `after`: a segment's own value, a factor's, a term's; None unknown or not shown.
    `key`: the segment's value ("" not set). `effect` is in the KPI's own unit; None where the
    parts do not add up. `expression` and `power` are a factor's or a term's. `members`: the
    segments that a line "alone" comes from. "asked" is the factor by which a goal asks for another
    value than the period compared with had.
    """

    kind: RowKind
    key: str = ""
    label: str = ""
    before: Fraction | None = None
    after: Fraction | None = None
    share_before: Fraction | None = None
    share_after: Fraction | None = None
    mix: Fraction | None = None
    rate: Fraction | None = None
    effect: Fraction | None = None
    expression: Expression | None = None
    power: Sign = 1
    lever: Lever | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """The change of a KPI and what it is made of.

    `by`: "factors", "factors-<tree>" or a dimension. `obstacle`: a code of OBSTACLES or of
    `kpis.calculate.REASONS`, "" when the rows explain the change to the last digit. `joined`:
    how many segments are in the rest. `asked`: what the period compared with was multiplied by to
    be what was expected; None where two periods are compared as they were.
    """

    kpi: Kpi
    by: str
    reply: Answer
    before: Fraction | None
    after: Fraction | None
    kind: Kind = "none"
    method: str = ""
    obstacle: str = ""
    rows: tuple[ExplainedRow, ...] = ()
    joined: int = 0
    tree: Tree | None = None
    sides: Sides | None = None
    asked: Fraction | None = None

    @property
    def change(self) -> Fraction | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def reason(self) -> Words:
        """Why there is no explanation; "" if there is one."""
        return OBSTACLES.get(self.obstacle) or REASONS.get(self.obstacle, "")
