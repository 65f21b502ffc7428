"""KPIs of return and margin: what marketing earned and what is left of sales."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from campaigns.measures import DIMENSIONS
from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, Parameters, example

ROI = Kpi(
    key="roi",
    name=_("Marketing ROI"),
    meaning=_("What marketing brought in beyond its own cost, as a share of that cost."),
    pitfall=_(
        "0 % breaks even, −100 % means that nothing came back. Direct and unassigned sales are "
        "not credited to marketing. Without a margin it is computed on revenue, and says so."
    ),
    group="return",
    formula=lambda parameters: (
        (a.credited_profit(parameters) - a.MARKETING_COST) / a.MARKETING_COST
    ),
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Sales on the sale's day, refunds on the refund's day, cost on its own day."),
    source=_("Standard of the field"),
    example=Example(
        {
            "order_value[channel=credited]": ("12500",),
            "refunds[channel=credited]": ("500",),
            "cost_of_goods[channel=credited]": ("7200",),
            "uncosted_value[channel=credited]": ("0",),
            "ad_spend": ("2000",),
            "agency_fees": ("800",),
            "tool_cost": ("150",),
            "people_cost": ("200",),
            "other_marketing_cost": ("50",),
        },
        Fraction(1, 2),
        "50.0 %",
        Parameters(profit_basis="cost_of_goods"),
    ),
    parameters=("credited_channels", "profit_basis"),
    related=("mer", "roas", "gross_margin"),
)

MER = Kpi(
    key="mer",
    name=_("Marketing efficiency ratio (MER)"),
    meaning=_("All sales of the client for each unit of money put into marketing."),
    pitfall=_("It credits nobody: everything sold over everything spent, for the whole client."),
    group="return",
    formula=a.REVENUE / a.MARKETING_COST,
    unit="ratio",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Sales on the sale's day, refunds on the refund's day, cost on its own day."),
    source=_("Standard of the field"),
    example=example(
        "15/4", "3.75", order_value="12500", refunds="500", ad_spend="2000", agency_fees="800",
        tool_cost="150", people_cost="200", other_marketing_cost="50",
    ),
    hidden_dimensions=DIMENSIONS,
    related=("roas", "roi"),
)  # fmt: skip

GROSS_MARGIN = Kpi(
    key="gross_margin",
    name=_("Gross margin"),
    meaning=_("What remains of each unit of money sold once the goods themselves are paid."),
    pitfall=_(
        "Before marketing, wages and rent: those come later. Where the goods' cost of some sales "
        "is unknown it needs the client's usual margin for them."
    ),
    group="return",
    formula=lambda parameters: a.gross_profit(parameters).over_positive(a.REVENUE),
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Sales and their goods on the sale's day, refunds on the refund's day."),
    source=_("Standard of the field"),
    example=Example(
        {
            "order_value": ("12500",), "refunds": ("500",), "cost_of_goods": ("7200",),
            "uncosted_value": ("0",),
        },
        Fraction(2, 5),
        "40.0 %",
        Parameters(profit_basis="cost_of_goods"),
    ),
    parameters=("profit_basis",),
    needs_margin=True,
    related=("revenue", "roi", "net_margin"),
)  # fmt: skip

NET_MARGIN = Kpi(
    key="net_margin",
    name=_("Net margin"),
    meaning=_("What the whole business keeps of each unit of money it takes in."),
    pitfall=_(
        "Typed in by the client for each accounting month: as good as its bookkeeping, and not "
        "to be compared with the sales that Rumbo knows."
    ),
    group="return",
    formula=a.NET_PROFIT.over_positive(a.TOTAL_REVENUE),
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The last day of the accounting month."),
    source=_("Standard of the field"),
    example=example("1/8", "12.5 %", net_profit="1500", total_revenue="12000"),
    related=("gross_margin", "revenue"),
    is_off_by_default=True,
)

KPIS = (ROI, MER, GROSS_MARGIN, NET_MARGIN)
