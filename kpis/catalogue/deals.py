"""KPIs of deals: won and lost, their worth and pace, what is open, and selling to who bought before."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, example

_CLOSED = _("The local day on which the deal was decided.")
_OPPORTUNITIES = _("Salesforce opportunity fields")

WIN_RATE = Kpi(
    key="win_rate",
    name=_("Win rate"),
    meaning=_("Of the deals that came to a decision, those that were won."),
    pitfall=_("Open deals are on neither side: leaving dead ones open flatters the rate."),
    group="sales",
    formula=a.OPPS_WON / (a.OPPS_WON + a.OPPS_LOST),
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day on which the deal was decided."),
    source=_("Salesforce opportunity fields"),
    example=example("3/10", "30.0 %", opps_won="18", opps_lost="42"),
    related=("avg_deal_size", "sales_cycle_days", "open_pipeline_value"),
)

OPEN_PIPELINE_VALUE = Kpi(
    key="open_pipeline_value",
    name=_("Open pipeline"),
    meaning=_("The worth of the deals that are still being worked on."),
    pitfall=_(
        "A stock, like a bank balance: the period shows its last day, days are never added. "
        "Sellers and campaigns do add up."
    ),
    group="sales",
    formula=a.OPEN_PIPELINE_AMOUNT,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The end of the period's last day."),
    source=_("Salesforce opportunity fields"),
    example=example("126000", "126,000.00", open_pipeline_amount="120000 126000"),
    related=("pipeline_velocity", "win_rate"),
)

AVG_DEAL_SIZE = Kpi(
    key="avg_deal_size",
    name=_("Average deal size"),
    meaning=_("The worth of a typical deal that was won."),
    pitfall=_(
        "One very large deal moves it more than ten usual ones: look at the number of deals too."
    ),
    group="sales",
    formula=a.WON_AMOUNT / a.OPPS_WON,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_CLOSED,
    source=_OPPORTUNITIES,
    example=example("2500", "2,500.00", won_amount="45000", opps_won="18"),
    related=("win_rate", "pipeline_velocity", "aov"),
)

SALES_CYCLE_DAYS = Kpi(
    key="sales_cycle_days",
    name=_("Sales cycle length (mean)"),
    meaning=_("Days that a won deal took from being opened until it was won, on average."),
    pitfall=_(
        "Deals still open are left out, so it follows reality with delay. "
        "A few very slow deals pull it up: the median beside it does not feel them."
    ),
    group="sales",
    formula=a.WON_CYCLE_DAYS / a.OPPS_WON,
    unit="days",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_CLOSED,
    source=_OPPORTUNITIES,
    example=example("45", "45 days", won_cycle_days="810", opps_won="18"),
    related=("sales_cycle_median", "pipeline_velocity"),
    beside=("sales_cycle_median",),
)

SALES_CYCLE_MEDIAN = Kpi(
    key="sales_cycle_median",
    name=_("Sales cycle length (median)"),
    meaning=_("Half of the won deals took at most this many days from opening to winning."),
    pitfall=_(
        "It is counted again for every range and selection: months do not average to a year."
    ),
    group="sales",
    formula=a.CYCLE_DAYS,
    unit="days",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_CLOSED,
    source=_OPPORTUNITIES,
    example=Example({"cycle_days": ("12", "30", "31", "95")}, Fraction(61, 2), "31 days"),
    related=("sales_cycle_days",),
)

PIPELINE_VELOCITY = Kpi(
    key="pipeline_velocity",
    name=_("Pipeline velocity"),
    meaning=_("Money that the deals now open should turn into per day, at the recent pace."),
    pitfall=_(
        "The open deals are those at the end of the range; how many are won, for how much and how "
        "fast, is taken from the deals decided in the last 90 days. One part unknown, all unknown."
    ),
    group="sales",
    formula=(
        a.OPEN_OPPS
        * (a.OPPS_WON / (a.OPPS_WON + a.OPPS_LOST)).over("last_90_days")
        * (a.WON_AMOUNT / a.OPPS_WON).over("last_90_days")
        / (a.WON_CYCLE_DAYS / a.OPPS_WON).over("last_90_days")
    ),
    unit="money_per_day",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Open deals at the end of the range; decided deals of the 90 days up to it."),
    source=_("Standard of the field"),
    example=Example(
        {
            "open_opps": ("60",),
            "opps_won:last_90_days": ("18",),
            "opps_lost:last_90_days": ("42",),
            "won_amount:last_90_days": ("45000",),
            "won_cycle_days:last_90_days": ("810",),
        },
        Fraction(1000),
        "1,000.00",
    ),
    related=("open_pipeline_value", "win_rate", "avg_deal_size", "sales_cycle_days"),
)

MEETINGS_HELD = Kpi(
    key="meetings_held",
    name=_("Sales meetings held"),
    meaning=_("Talks with possible buyers that were not only booked but took place."),
    pitfall=_("Somebody who did not appear is no meeting, and neither is a call by chance."),
    group="sales",
    formula=a.MEETINGS_HELD,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day of the meeting."),
    source=_("House definition"),
    example=example("28", "28", meetings_held="6 8 5 9"),
    related=("opportunities_created", "win_rate"),
)

UPSELL_RATE = Kpi(
    key="upsell_rate",
    name=_("Upsell rate"),
    meaning=_("Of those who were customers when the period began, who took something better."),
    pitfall=_(
        "Needs sale lines marked as upgrade. Whoever became a customer within the period is on "
        "neither side, and a customer who upgrades twice counts once."
    ),
    group="sales",
    formula=a.UPSOLD / a.ELIGIBLE,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Customers at the start of the period (cohort); the upgrade within it."),
    source=_("House definition"),
    example=example("2/25", "8.0 %", upsold="12", eligible="150"),
    related=("cross_sell_rate", "retention_rate"),
)

CROSS_SELL_RATE = Kpi(
    key="cross_sell_rate",
    name=_("Cross-sell rate"),
    meaning=_("Of those who were customers when the period began, who also bought something else."),
    pitfall=_(
        "Needs sale lines marked as complementary. A new buyer who takes both at once is not "
        "among the customers of the start."
    ),
    group="sales",
    formula=a.CROSS / a.ELIGIBLE,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Customers at the start of the period (cohort); the purchase within it."),
    source=_("House definition"),
    example=example("9/50", "18.0 %", cross="27", eligible="150"),
    related=("upsell_rate", "items_per_order"),
)

KPIS = (
    WIN_RATE,
    AVG_DEAL_SIZE,
    SALES_CYCLE_DAYS,
    SALES_CYCLE_MEDIAN,
    OPEN_PIPELINE_VALUE,
    PIPELINE_VELOCITY,
    MEETINGS_HELD,
    UPSELL_RATE,
    CROSS_SELL_RATE,
)
