"""Tables of KPIs by channel or campaign: columns with their units in the head, rows, and totals.

Pure view models. A total is the answer to the same question without the split, never a sum of cells.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.calculate import Value
from kpis.catalogue import KPIS, Kpi, Parameters
from kpis.catalogue.kpi import Words
from kpis.notices import NOTICES, cac_notices
from kpis.pages.reader import Reader
from kpis.question import Answer, Row

#: Column heads where the name of the KPI is too long for one.
SHORT: Mapping[str, Words] = {
    "sessions": gettext_lazy("Visits"),
    "leads": gettext_lazy("Leads"),
    "mqls": gettext_lazy("MQL"),
    "sqls": gettext_lazy("SQL"),
    "new_customers": gettext_lazy("Customers"),
    "ad_spend": gettext_lazy("Ad spend"),
    "cpl": gettext_lazy("CPL"),
    "cac": gettext_lazy("CAC"),
    "cpa": gettext_lazy("CPA"),
    "cpc": gettext_lazy("CPC"),
    "cpm": gettext_lazy("CPM"),
    "ctr": gettext_lazy("CTR"),
    "roas": gettext_lazy("ROAS"),
    "roi": gettext_lazy("ROI"),
    "mer": gettext_lazy("MER"),
    "aov": gettext_lazy("Avg. ticket"),
    "revenue": gettext_lazy("Revenue"),
    "traffic_to_lead_rate": gettext_lazy("Visit to lead"),
    "lead_to_mql_rate": gettext_lazy("Lead to MQL"),
    "lead_to_customer_rate": gettext_lazy("Lead to customer"),
    "lead_close_ratio_period": gettext_lazy("Closed per lead"),
    "platform_leads": gettext_lazy("Platform leads"),
    "platform_sales": gettext_lazy("Platform sales"),
    "cost_per_platform_lead": gettext_lazy("Cost per pl. lead"),
    "cost_per_platform_sale": gettext_lazy("Cost per pl. sale"),
}
#: Columns of the tables, in order; those for which nobody delivers data are left out.
COLUMNS = (
    "sessions", "clicks", "ad_spend", "leads", "platform_leads", "cpl", "cost_per_platform_lead",
    "new_customers", "platform_sales", "cac", "cost_per_platform_sale", "revenue", "aov", "roas",
)  # fmt: skip
#: What KPIS E.4 needs to say something of a row.
NOTICED = ("cac", "aov", "new_customers")
#: A platform's own claim is only shown where the client's own count is missing.
INSTEAD_OF = {
    "platform_leads": "leads",
    "cost_per_platform_lead": "cpl",
    "platform_sales": "new_customers",
    "cost_per_platform_sale": "cac",
}
UNSET = gettext_lazy("(not set)")
UNSET_OF: Mapping[str, Words] = {
    "channel": gettext_lazy("No channel"),
    "campaign": gettext_lazy("No campaign"),
}


@dataclass(frozen=True)
class Cell:
    text: str
    exact: str
    why: str = ""
    share: int = 0  # of the column's largest, 0 to 100, for the bar behind it


@dataclass(frozen=True)
class Column:
    kpi: Kpi
    name: str
    unit: str
    is_additive: bool
    has_bar: bool


@dataclass(frozen=True)
class TableRow:
    code: str
    label: str
    cells: tuple[Cell, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`total` stands under the rows; `caption` says what it is made of."""

    split: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    total: tuple[Cell, ...]
    caption: str

    @property
    def keys(self) -> str:
        return ",".join(column.kpi.key for column in self.columns)


def short_name(kpi: Kpi) -> str:
    return str(SHORT.get(kpi.key, kpi.name))


def is_absent(value: Value) -> bool:
    """Nobody delivers what it needs, or it makes no sense here: not worth a column or a card."""
    return value.value is None and value.reason in ("no_source", "not_reported", "not_applicable")


def table(reply: Answer, whole: Row, reader: Reader, columns: Iterable[str] = COLUMNS) -> Table:
    """The table of an answer that was split once; `whole` is the unsplit row of the same question."""
    kpis = [
        KPIS[key]
        for key in columns
        if key in reply.question.keys
        and not is_absent(whole.values[key])
        and (key not in INSTEAD_OF or is_absent(whole.values[INSTEAD_OF[key]]))
        and any(row.values[key].value is not None for row in reply.rows)
    ]
    heads = tuple(_column(kpi, reader) for kpi in kpis)
    rows = [row for row in reply.rows if any(_is_seen(row.values[kpi.key]) for kpi in kpis)]
    tops = {kpi.key: _largest(rows, kpi) for kpi in kpis}
    return Table(
        split=str(reply.question.split),
        columns=heads,
        rows=tuple(
            replace(
                _row(row, heads, tops, reader, reply.parameters),
                label=row.label or str(UNSET_OF.get(str(reply.question.split), UNSET)),
            )
            for row in rows
        ),
        total=tuple(_cell(column, whole.values[column.kpi.key], reader, reply) for column in heads),
        caption=_("Total: counts and money are sums, rates and costs are ratios of sums."),
    )


def _column(kpi: Kpi, reader: Reader) -> Column:
    is_additive = kpi.aggregation == "sum"
    unit = reader.unit_sign(kpi.unit)
    return Column(kpi, short_name(kpi), unit, is_additive, kpi.key in ("leads", "platform_leads"))


def _is_seen(value: Value) -> bool:
    return bool(value.value) or value.reason == "zero_denominator"


def _largest(rows: Sequence[Row], kpi: Kpi) -> float:
    known = [row.values[kpi.key].value for row in rows]
    return float(max((value for value in known if value is not None), default=0))


def _row(
    row: Row,
    columns: Sequence[Column],
    tops: Mapping[str, float],
    reader: Reader,
    parameters: Parameters,
) -> TableRow:
    cells = []
    for column in columns:
        value = row.values[column.kpi.key]
        top = tops[column.kpi.key]
        share = (
            round(100 * float(value.value) / top) if column.has_bar and value.value and top else 0
        )
        cells.append(
            Cell(
                reader.bare(value.value, column.kpi.unit),
                reader.exact(value),
                reader.why(column.kpi, value, parameters),
                share,
            )
        )
    return TableRow(row.split or "", row.label, tuple(cells), row_notices(row.values))


def _cell(column: Column, value: Value, reader: Reader, reply: Answer) -> Cell:
    return Cell(
        reader.bare(value.value, column.kpi.unit),
        reader.exact(value),
        reader.why(column.kpi, value, reply.parameters),
    )


def row_notices(values: Mapping[str, Value]) -> tuple[str, ...]:
    """What KPIS E.4 says of one row's CAC, as sentences; () where it cannot be said."""
    known = {key: values[key].value for key in ("cac", "aov", "new_customers") if key in values}
    if len(known) < 3:
        return ()
    return tuple(
        str(NOTICES[code])
        for code in cac_notices(known["cac"], known["aov"], known["new_customers"])
    )
