"""What a kind of file is; the kinds of leads, sales, costs and daily facts, and columns others share."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.channels import CODES
from campaigns.imports.columns import (
    CodeColumn,
    Column,
    CountColumn,
    CountryColumn,
    CurrencyColumn,
    DayColumn,
    IdColumn,
    LowerColumn,
    MomentColumn,
    MoneyColumn,
    MonthColumn,
    NumberColumn,
    PathColumn,
)


@dataclass(frozen=True)
class Kind:
    """A kind of file: its columns, and what one of which it cannot do without.

    needs: groups of targets; at least one target of each group must be mapped.
    identity: without an id column, the targets that tell rows apart (their external id).
    is_numbered: rows have no id of their own; whoever writes them numbers them.
    has_periods: rows run from a day to another one.
    """

    key: str
    label: str | Promise
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    identity: tuple[str, ...] = ()
    adds_up: bool = False
    is_numbered: bool = False
    has_periods: bool = False

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    @property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}


def codes(*names: str, **others: str) -> Mapping[str, str]:
    """Each code by its own name and by the words, parted by |, that also mean it."""
    known = {name: name for name in names}
    for code, words in others.items():
        known |= {code: code} | dict.fromkeys(words.split("|"), code)
    return known


CHANNEL_CODES = {
    **{code: code for code in CODES},
    **{code.replace("_", " "): code for code in CODES},
    "cross-network": "cross_network",
    "mobile push notifications": "mobile_push",
    "(not set)": "unassigned",
    "(other)": "unassigned",
}
DEVICES = codes(
    desktop="computer|computers|ordenador|ordenadores|computador|computadores|pc|web",
    mobile="mobile devices with full browsers|smartphone|mobile phones|móvil|móviles|celular|mobile web",
    tablet="tablets|tablets with full browsers|tableta|tabletas|ipad",
    other="others|otro|otros|outro|outros|tv|tv screens|connected tv|unknown|(not set)",
)
LAYERS = codes(
    media="medios|medio|mídia|midia|ads|ad spend|publicidad|publicidade|inversión|inversion",
    fee="fees|agency fee|agency fees|honorarios|honorários",
    tools="tool|software|herramientas|ferramentas",
    people="staff|personal|equipo|equipe|pessoas|personas",
    other="otros|otro|outros|outro",
    sales="sales team|ventas|comercial|comisiones|vendas|comissões|crm",
)
OUTCOMES = codes(
    won="closed won|ganado|ganada|ganho|cliente|customer|yes|sí|si|sim|1|true",
    lost="closed lost|perdido|perdida",
)
STATUSES = codes(
    valid="válido|valido|ok",
    test="prueba|teste",
    spam="no deseado",
    duplicate="duplicado|duplicada",
)
SALE_KINDS = codes(
    new="nueva|nuevo|nova|novo",
    repeat="recompra|repetida|recorrente",
    upsell="ampliación",
    cross="cross-sell|venta cruzada|venda cruzada",
)
BOOLEANS = codes(
    t="true|yes|sí|si|sim|1|y|s|x|shared|compartido", f="false|no|não|nao|0|n|agency|agencia"
)

TOUCH = (
    LowerColumn("utm_source", _("Source")),
    LowerColumn("utm_medium", _("Medium")),
    CodeColumn("channel", _("Channel"), codes=CHANNEL_CODES),
    Column("campaign_id", _("Campaign id")),
    Column("campaign", _("Campaign")),
)
DEVICE = CodeColumn("device", _("Device"), codes=DEVICES)
PAGE = PathColumn("landing_page", _("Landing page"))
COUNTRY = CountryColumn("country", _("Country"))
SELLER = (
    Column("salesperson", _("Salesperson")),
    Column("salesperson_name", _("Salesperson's name"), longest=150),
)
CURRENCY = CurrencyColumn("currency", _("Currency"))
CUSTOMER = (
    Column("customer", _("Customer id"), remembers=False),
    Column("customer_name", _("Customer's name"), remembers=False, longest=150),
)

LEADS = Kind(
    "leads",
    _("Leads"),
    (
        IdColumn("external_id", _("Lead id"), is_required=True),
        CURRENCY,
        MomentColumn("created", _("Created"), is_required=True),
        Column("name", _("Name"), remembers=False, longest=150),
        Column("email", _("E-mail"), remembers=False, longest=254),
        Column("phone", _("Phone"), remembers=False, longest=40),
        CodeColumn("status", _("Status"), codes=STATUSES),
        *TOUCH,
        PAGE,
        DEVICE,
        COUNTRY,
        *SELLER,
        MomentColumn("answered", _("First answered")),
        MomentColumn("mql", _("Became MQL")),
        MomentColumn("sql", _("Became SQL")),
        MomentColumn("opp", _("Opportunity opened")),
        MomentColumn("won", _("Won")),
        MomentColumn("lost", _("Lost")),
        CodeColumn("outcome", _("Outcome"), codes=OUTCOMES),
        MomentColumn("closed", _("Closed")),
        Column("lost_reason", _("Reason of loss")),
        MoneyColumn("amount", _("Amount")),
        *CUSTOMER,
    ),
    needs=(("external_id",), ("created",)),
)

SALES = Kind(
    "sales",
    _("Sales"),
    (
        IdColumn("external_id", _("Sale id"), is_required=True),
        CURRENCY,
        MomentColumn("sold", _("Sold"), is_required=True),
        MoneyColumn("amount", _("Amount"), is_required=True),
        Column("customer", _("Customer id"), is_required=True, remembers=False),
        CUSTOMER[1],
        IdColumn("lead", _("Lead id")),
        CodeColumn("sale_kind", _("Kind of sale"), codes=SALE_KINDS),
        *TOUCH,
        DEVICE,
        COUNTRY,
        *SELLER,
    ),
    needs=(("external_id",), ("sold",), ("amount",), ("customer",)),
)

COSTS = Kind(
    "costs",
    _("Costs"),
    (
        IdColumn("external_id", _("Cost id")),
        CURRENCY,
        MonthColumn("month", _("Month")),
        DayColumn("starts", _("From")),
        DayColumn("ends", _("To")),
        DayColumn("day", _("Day")),
        MoneyColumn("amount", _("Amount"), is_required=True),
        CodeColumn("layer", _("Layer"), codes=LAYERS),
        CodeColumn("is_shared", _("The client sees it"), codes=BOOLEANS),
        *TOUCH,
        *SELLER,
        Column("description", _("Description")),
    ),
    needs=(("month", "starts", "day"), ("amount",)),
    identity=(
        "month",
        "starts",
        "ends",
        "day",
        "layer",
        "utm_source",
        "utm_medium",
        "campaign_id",
        "campaign",
        "description",
    ),
    has_periods=True,
)

WEB_MEASURES = (
    CountColumn("sessions", _("Sessions")),
    CountColumn("engaged_sessions", _("Engaged sessions")),
    CountColumn("session_seconds", _("Session time (seconds)")),
    CountColumn("pageviews", _("Page views")),
    CountColumn("new_sessions", _("First visits")),
    CountColumn("returning_sessions", _("Return visits")),
    CountColumn("sessions_with_lead", _("Sessions with a lead")),
    CountColumn("sessions_with_key_event", _("Sessions with a key event")),
    CountColumn("key_events", _("Key events")),
    CountColumn("new_users", _("New visitors")),
)
ADS_MEASURES = (
    CountColumn("impressions", _("Impressions")),
    CountColumn("clicks", _("Clicks")),
    MoneyColumn("ad_spend", _("Ad spend")),
    NumberColumn("platform_conversions", _("Platform conversions")),
    MoneyColumn("platform_conversion_value", _("Platform conversion value")),
    CountColumn("platform_leads", _("Platform leads")),
    CountColumn("platform_sales", _("Platform sales")),
    NumberColumn("results", _("Results")),
    Column("result_indicator", _("Result indicator")),
)

MAIL_MEASURES = (
    CountColumn("emails_sent", _("Emails sent")),
    CountColumn("emails_delivered", _("Emails delivered")),
    CountColumn("hard_bounces", _("Permanent failures")),
    CountColumn("soft_bounces", _("Temporary failures")),
    CountColumn("unique_opens", _("Emails opened")),
    CountColumn("unique_clicks", _("Emails clicked")),
    CountColumn("unsubscribes", _("Unsubscribes")),
)
SOCIAL_MEASURES = (
    CountColumn("post_impressions", _("Views of posts")),
    CountColumn("post_engagements", _("Reactions to posts")),
    CountColumn("followers", _("Followers")),
)
#: The measures of daily facts by family: a file has those of one.
DAILY_MEASURES: Mapping[str, tuple[Column, ...]] = {
    "web": WEB_MEASURES,
    "ads": ADS_MEASURES,
    "mail": MAIL_MEASURES,
    "social": SOCIAL_MEASURES,
}
_DAILY_MEASURES = tuple(column for columns in DAILY_MEASURES.values() for column in columns)

DAILY = Kind(
    "daily",
    _("Daily facts"),
    (
        CURRENCY,
        DayColumn("day", _("Day")),
        DayColumn("starts", _("First day covered")),
        DayColumn("ends", _("Last day covered")),
        *TOUCH,
        DEVICE,
        PAGE,
        COUNTRY,
        Column("item", _("Ad, ad set or post"), longest=200),
        Column("platform", _("Platform or network"), longest=40),
        *_DAILY_MEASURES,
    ),
    needs=(("day", "ends"), tuple(column.key for column in _DAILY_MEASURES)),
    identity=(
        "utm_source",
        "utm_medium",
        "campaign_id",
        "campaign",
        "device",
        "landing_page",
        "country",
        "item",
    ),
    adds_up=True,
)
