"""What KPIS E.4 says of the cost of winning customers, with what may justify it beside it. Pure.

`KEYS` are the KPIs to ask for, over one period; the notices need the parameters of that answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from kpis.calculate import Value
from kpis.catalogue import Kpi, Parameters
from kpis.notices import LEVELS, NOTICES, are_enough, cac_notices
from kpis.pages.picker import Choice
from kpis.pages.reader import Reader
from kpis.question import Answer, Question, Row

Asking = Callable[[Question], Answer]
Book = Mapping[str, Kpi]
CHEAP = ("cac", "aov", "new_customers", "sales_count", "revenue", "gross_margin")
KEYS = (*CHEAP, "ltv", "ltv_cac_ratio", "payback_months")
#: The KPIs on whose own pages the notices stand.
PAGES = frozenset({"cac", "cac_full", "cac_to_ticket", "ltv", "ltv_cac_ratio", "payback_months"})
TONES = {"critical": "bad", "review": "warn", "info": "quiet"}


@dataclass(frozen=True)
class CacNotice:
    """One notice: its level, what holds, the two figures, and what may justify it."""

    code: str
    level: str
    words: str
    figures: str
    beside: str

    @property
    def tone(self) -> str:
        return TONES[self.level]

    @property
    def title(self) -> str:
        return {
            "critical": _("CAC above the LTV"),
            "review": _("CAC above the ticket"),
            "info": _("CAC above the first profit"),
        }[self.level]

    @property
    def text(self) -> str:
        return f"{self.words} {self.figures} {self.beside}".rstrip()


Notices = tuple[CacNotice, ...]


def profit_per_order(values: Mapping[str, Value], parameters: Parameters) -> Decimal | None:
    """Gross profit ÷ orders; None where profit is only revenue, or something is unknown."""
    margin, revenue, orders = (_known(values, key) for key in ("gross_margin", "revenue", "sales_count"))  # fmt: skip
    if parameters.profit_basis == "revenue" or None in (margin, revenue) or not orders:
        return None
    return margin * revenue / orders  # type: ignore[operator]


def notices_of(
    values: Mapping[str, Value], parameters: Parameters, reader: Reader
) -> tuple[CacNotice, ...]:
    """The notices that hold, the gravest first."""
    is_on_margin = parameters.profit_basis != "revenue"
    limits = {
        "cac_above_ltv": _known(values, "ltv") if is_on_margin else None,
        "cac_above_ticket": _known(values, "aov"),
        "cac_above_first_profit": profit_per_order(values, parameters),
    }
    cac = _known(values, "cac")
    codes = cac_notices(
        cac,
        limits["cac_above_ticket"],
        _known(values, "new_customers"),
        limits["cac_above_first_profit"],
        limits["cac_above_ltv"],
    )
    beside = _beside(values, is_on_margin, reader)
    return tuple(
        CacNotice(
            code,
            LEVELS[code],
            str(NOTICES[code]),
            _figures(code, cac, limits[code], reader),
            beside,
        )
        for code in codes
    )


def _figures(code: str, cac: Decimal | None, limit: Decimal | None, reader: Reader) -> str:
    """ "CAC 80.00, average sale 62.50." """
    said = {
        "cac_above_ltv": _("CAC %(cac)s, lifetime value %(limit)s."),
        "cac_above_ticket": _("CAC %(cac)s, average sale %(limit)s."),
        "cac_above_first_profit": _("CAC %(cac)s, profit of a sale %(limit)s."),
    }[code]
    return said % {"cac": reader.number(cac, "money"), "limit": reader.number(limit, "money")}


def _beside(values: Mapping[str, Value], is_on_margin: bool, reader: Reader) -> str:
    """LTV:CAC and payback, always: buying again may justify the cost."""
    ratio = reader.number(_known(values, "ltv_cac_ratio"), "ratio")
    if not is_on_margin:
        ratio = _("%(ratio)s (on revenue)") % {"ratio": ratio}
    months = reader.number(_known(values, "payback_months"), "months")
    return _("LTV:CAC %(ratio)s, payback %(months)s.") % {"ratio": ratio, "months": months}


def _known(values: Mapping[str, Value], key: str) -> Decimal | None:
    return values[key].value if key in values else None


def quick_notices(ask: Asking, choice: Choice, whole: Row, book: Book, reader: Reader) -> Notices:
    """The notices that hold without lifetime value, and nothing beside them: that is recounted from
    all sales, and comes after the page (`all_notices`)."""
    if not are_enough(_known(whole.values, "new_customers")):
        return ()
    reply = ask(choice.ask(*(key for key in CHEAP if key in book), is_compared=False))
    found = notices_of(reply.only.values, reply.parameters, reader)
    return tuple(replace(each, beside="") for each in found)


def all_notices(ask: Asking, choice: Choice, book: Book, reader: Reader) -> Notices:
    """The notices over the period and selection of a page, with everything they take."""
    reply = ask(choice.ask(*(key for key in KEYS if key in book), is_compared=False))
    return notices_of(reply.only.values, reply.parameters, reader)
