"""Presets: KPIs that are another one with a fixed filter, or always cut by one dimension."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.catalogue import atoms as a
from kpis.catalogue.ads import PLATFORMS
from kpis.catalogue.conversion import TRAFFIC_TO_LEAD_RATE
from kpis.catalogue.funnel import CPL, LEADS
from kpis.catalogue.kpi import Example, Formula, Kpi, Parameters, Words
from kpis.catalogue.returns import ROI
from kpis.catalogue.web import BOUNCE_RATE, SESSIONS
from kpis.formula import Expression, Filter

ORGANIC_SEARCH = Filter("channel", ("organic_search",))
SOCIAL = Filter("channel", ("organic_social", "paid_social"), label="social")
EMAIL = Filter("channel", ("email",))
MOBILE = Filter("device", ("mobile",))


def _narrowed(formula: Formula, by: Filter) -> Formula:
    """The same formula with every figure narrowed."""
    if isinstance(formula, Expression):
        return formula.where(**{by.dimension: by})
    return lambda parameters: formula(parameters).where(**{by.dimension: by})


def _preset(
    parent: Kpi,
    by: Filter,
    key: str,
    name: Words,
    meaning: Words,
    pitfall: Words,
    answer: str,
    display: str,
    **inputs: str,
) -> Kpi:
    """The parent narrowed by one filter; inputs of the example by the measures' keys."""
    return replace(
        parent,
        key=key,
        name=name,
        meaning=meaning,
        pitfall=pitfall,
        formula=_narrowed(parent.formula, by),
        example=Example(
            {f"{measure}[{by}]": tuple(text.split()) for measure, text in inputs.items()},
            Fraction(answer),
            display,
        ),
        hidden_dimensions=(*parent.hidden_dimensions, by.dimension),
        related=(parent.key,),
        beside=(),
        preset_of=parent.key,
    )


ORGANIC_SESSIONS = _preset(
    SESSIONS, ORGANIC_SEARCH, "organic_sessions", _("Organic search visits"),
    _("Visits of people who found the site in a search engine, without an ad."),
    _("Search ads are another channel, and so are shopping and video results."),
    "780", "780", sessions="400 380",
)  # fmt: skip
ORGANIC_LEAD_RATE = _preset(
    TRAFFIC_TO_LEAD_RATE, ORGANIC_SEARCH, "organic_lead_rate", _("Organic search lead rate"),
    _("Of a hundred visits from unpaid search results, those that ended in a contact form."),
    _("People who search the brand's own name come decided: they lift the rate."),
    "3/100", "3.0 %", sessions_with_lead="21", sessions="700",
)  # fmt: skip
SOCIAL_SESSIONS = _preset(
    SESSIONS, SOCIAL, "social_sessions", _("Social visits"),
    _("Visits that came from social networks, by posts and by ads together."),
    _("Links passed on in private messages carry no origin and count as direct."),
    "500", "500", sessions="320 180",
)  # fmt: skip
SOCIAL_LEAD_RATE = _preset(
    TRAFFIC_TO_LEAD_RATE, SOCIAL, "social_lead_rate", _("Social lead rate"),
    _("Of a hundred visits from social networks, those that ended in a contact form."),
    _("It says what social visits achieve, not how many people the posts reached."),
    "9/500", "1.8 %", sessions_with_lead="9", sessions="500",
)  # fmt: skip
MOBILE_LEAD_RATE = _preset(
    TRAFFIC_TO_LEAD_RATE, MOBILE, "mobile_lead_rate", _("Mobile lead rate"),
    _("Of a hundred visits on a phone, those that ended in a contact form."),
    _("Many look on the phone and write from the desk: low here is not lost altogether."),
    "1/50", "2.0 %", sessions_with_lead="13", sessions="650",
)  # fmt: skip
MOBILE_BOUNCE_RATE = _preset(
    BOUNCE_RATE, MOBILE, "mobile_bounce_rate", _("Mobile bounce rate"),
    _("Of the visits on a phone, those in which the person left at once, doing nothing."),
    _("Compare it with the rate of all visits: the difference is what the phone page costs."),
    "17/50", "34.0 %", engaged_sessions="429", sessions="650",
)  # fmt: skip
EMAIL_LEADS = _preset(
    LEADS, EMAIL, "email_leads", _("Leads from email"),
    _("People who gave their contact details after coming through a mailing."),
    _("Only links marked as email are recognised: an unmarked one counts elsewhere."),
    "11", "11", leads="6 5",
)  # fmt: skip

DIRECT_SHARE = replace(
    SESSIONS,
    key="direct_share",
    name=_("Share of direct visits"),
    meaning=_("How much of the traffic typed the address, used a bookmark or hides its origin."),
    pitfall=_(
        "A sudden rise rarely is fame: more often links have lost their marks. "
        "It makes no sense within a single channel."
    ),
    formula=a.SESSIONS.where(channel="direct") / a.SESSIONS,
    unit="percent",
    better="neutral",
    goal=("maintain", "level"),
    source=_("Google Analytics 4 default channel group"),
    example=Example(
        {"sessions[channel=direct]": ("150",), "sessions": ("1000",)}, Fraction(3, 20), "15.0 %"
    ),
    hidden_dimensions=("channel",),
    related=("sessions", "organic_sessions"),
)

CPL_BY_CHANNEL = replace(
    CPL,
    key="cpl_by_channel",
    name=_("CPL by channel"),
    meaning=_("The money that each new contact cost, for every channel on its own."),
    pitfall=_(
        "Cost that belongs to no channel stands apart: the channels look cheaper than the whole. "
        "Channels without ads show no cost, not a bargain."
    ),
    source=PLATFORMS,
    example=Example(
        {"ad_spend": ("1250.40",), "leads": ("34",)}, Fraction("1250.40") / 34, "36.78"
    ),
    related=("cpl", "cost_per_qualified_lead"),
    preset_of="cpl",
    split_by="channel",
)


def _inbound_roi(parameters: Parameters) -> Expression:
    spent = a.MARKETING_COST.where(channel=a.INBOUND_CHANNELS)
    earned = a.gross_profit(parameters).where(channel=a.INBOUND_CHANNELS)
    return (earned - spent) / spent


INBOUND_ROI = replace(
    ROI,
    key="inbound_roi",
    name=_("Inbound marketing ROI"),
    meaning=_("What the unpaid channels brought in beyond the cost tagged to them."),
    pitfall=_(
        "Only cost that was tagged to these channels is set against them: an article paid for "
        "without a channel makes the return look better than it is."
    ),
    formula=_inbound_roi,
    example=Example(
        {
            "order_value[channel=inbound]": ("5250",),
            "refunds[channel=inbound]": ("0",),
            "ad_spend[channel=inbound]": ("0",),
            "agency_fees[channel=inbound]": ("500",),
            "tool_cost[channel=inbound]": ("100",),
            "people_cost[channel=inbound]": ("400",),
            "other_marketing_cost[channel=inbound]": ("200",),
        },
        Fraction(3, 4),
        "75.0 %",
        Parameters(profit_basis="margin", margin=Decimal("0.4")),
    ),
    parameters=("inbound_channels", "profit_basis"),
    hidden_dimensions=("channel",),
    related=("roi", "organic_sessions"),
    preset_of="roi",
)

KPIS = (
    ORGANIC_SESSIONS,
    ORGANIC_LEAD_RATE,
    SOCIAL_SESSIONS,
    SOCIAL_LEAD_RATE,
    MOBILE_LEAD_RATE,
    MOBILE_BOUNCE_RATE,
    INBOUND_ROI,
    CPL_BY_CHANNEL,
    EMAIL_LEADS,
    DIRECT_SHARE,
)
