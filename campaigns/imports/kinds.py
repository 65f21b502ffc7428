"""The four kinds of file and their columns. What becomes of a staged row is in `writing`."""

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
    """

    key: str
    label: str | Promise
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    identity: tuple[str, ...] = ()
    adds_up: bool = False

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    @property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}


def _codes(*names: str, **others: str) -> Mapping[str, str]:
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
DEVICES = _codes(
    desktop="computer|computers|ordenador|ordenadores|computador|computadores|pc|web",
    mobile="mobile devices with full browsers|smartphone|mobile phones|móvil|móviles|celular|mobile web",
    tablet="tablets|tablets with full browsers|tableta|tabletas|ipad",
    other="others|otro|otros|outro|outros|tv|tv screens|connected tv|unknown|(not set)",
)
LAYERS = _codes(
    media="medios|medio|mídia|midia|ads|ad spend|publicidad|publicidade|inversión|inversion",
    fee="fees|agency fee|agency fees|honorarios|honorários",
    tools="tool|software|herramientas|ferramentas",
    people="staff|personal|equipo|equipe|pessoas|personas",
    other="otros|otro|outros|outro",
)
OUTCOMES = _codes(
    won="closed won|ganado|ganada|ganho|cliente|customer|yes|sí|si|sim|1|true",
    lost="closed lost|perdido|perdida",
)
STATUSES = _codes(
    valid="válido|valido|ok",
    test="prueba|teste",
    spam="no deseado",
    duplicate="duplicado|duplicada",
)
SALE_KINDS = _codes(
    new="nueva|nuevo|nova|novo",
    repeat="recompra|repetida|recorrente",
    upsell="ampliación",
    cross="cross-sell|venta cruzada|venda cruzada",
)
BOOLEANS = _codes(
    t="true|yes|sí|si|sim|1|y|s|x|shared|compartido", f="false|no|não|nao|0|n|agency|agencia"
)

_TOUCH = (
    LowerColumn("utm_source", _("Source")),
    LowerColumn("utm_medium", _("Medium")),
    CodeColumn("channel", _("Channel"), codes=CHANNEL_CODES),
    Column("campaign_id", _("Campaign id")),
    Column("campaign", _("Campaign")),
)
_DEVICE = CodeColumn("device", _("Device"), codes=DEVICES)
_PAGE = PathColumn("landing_page", _("Landing page"))
_COUNTRY = CountryColumn("country", _("Country"))
_SELLER = (
    Column("salesperson", _("Salesperson")),
    Column("salesperson_name", _("Salesperson's name"), longest=150),
)
_CURRENCY = CurrencyColumn("currency", _("Currency"))
_CUSTOMER = (
    Column("customer", _("Customer id"), remembers=False),
    Column("customer_name", _("Customer's name"), remembers=False, longest=150),
)

LEADS = Kind(
    "leads",
    _("Leads"),
    (
        IdColumn("external_id", _("Lead id"), is_required=True),
        _CURRENCY,
        MomentColumn("created", _("Created"), is_required=True),
        Column("name", _("Name"), remembers=False, longest=150),
        Column("email", _("E-mail"), remembers=False, longest=254),
        Column("phone", _("Phone"), remembers=False, longest=40),
        CodeColumn("status", _("Status"), codes=STATUSES),
        *_TOUCH,
        _PAGE,
        _DEVICE,
        _COUNTRY,
        *_SELLER,
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
        *_CUSTOMER,
    ),
    needs=(("external_id",), ("created",)),
)

SALES = Kind(
    "sales",
    _("Sales"),
    (
        IdColumn("external_id", _("Sale id"), is_required=True),
        _CURRENCY,
        MomentColumn("sold", _("Sold"), is_required=True),
        MoneyColumn("amount", _("Amount"), is_required=True),
        Column("customer", _("Customer id"), is_required=True, remembers=False),
        _CUSTOMER[1],
        IdColumn("lead", _("Lead id")),
        CodeColumn("sale_kind", _("Kind of sale"), codes=SALE_KINDS),
        *_TOUCH,
        _DEVICE,
        _COUNTRY,
        *_SELLER,
    ),
    needs=(("external_id",), ("sold",), ("amount",), ("customer",)),
)

COSTS = Kind(
    "costs",
    _("Costs"),
    (
        IdColumn("external_id", _("Cost id")),
        _CURRENCY,
        MonthColumn("month", _("Month")),
        DayColumn("starts", _("From")),
        DayColumn("ends", _("To")),
        DayColumn("day", _("Day")),
        MoneyColumn("amount", _("Amount"), is_required=True),
        CodeColumn("layer", _("Layer"), codes=LAYERS),
        CodeColumn("is_shared", _("The client sees it"), codes=BOOLEANS),
        *_TOUCH,
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

DAILY = Kind(
    "daily",
    _("Daily facts"),
    (
        _CURRENCY,
        DayColumn("day", _("Day")),
        DayColumn("starts", _("First day covered")),
        DayColumn("ends", _("Last day covered")),
        *_TOUCH,
        _DEVICE,
        _PAGE,
        _COUNTRY,
        Column("item", _("Ad, ad set or post"), longest=200),
        *WEB_MEASURES,
        *ADS_MEASURES,
    ),
    needs=(("day", "ends"), tuple(column.key for column in (*WEB_MEASURES, *ADS_MEASURES))),
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

KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (LEADS, SALES, COSTS, DAILY)}
