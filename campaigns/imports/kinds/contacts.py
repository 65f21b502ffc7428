"""Files of what is planned, of contacts and contracts, of visitors, and of figures others counted."""

from django.utils.translation import gettext_lazy as _

from campaigns.imports.columns import (
    CodeColumn,
    Column,
    CountColumn,
    DayColumn,
    IdColumn,
    MomentColumn,
    MoneyColumn,
    MonthColumn,
    SignedMoneyColumn,
)
from campaigns.imports.kinds.known import (
    BOOLEANS,
    COUNTRY,
    CURRENCY,
    CUSTOMER,
    DEVICE,
    PAGE,
    SELLER,
    TOUCH,
    Kind,
    codes,
)

CONTACT_KINDS = codes(
    call="phone|phone call|llamada|ligação|ligacao",
    mail="email|e-mail|correo|correo electrónico",
    chat="whatsapp|message|mensaje|mensagem",
    visit="visita",
    meeting="reunión|reunion|reunião|reuniao|demo",
)
RANGE_MEASURES = codes(
    "post_reach",
    platform_reach="reach|ads reach|alcance",
    users="total users|usuarios|usuários",
    users_with_conversion="converting users",
    staff_start="employees at start|empleados al inicio",
    staff_stayed="employees stayed|empleados que siguen",
)

BUDGETS = Kind(
    "budgets",
    _("Budgets"),
    (
        IdColumn("external_id", _("Budget id")),
        CURRENCY,
        MonthColumn("month", _("Month")),
        DayColumn("starts", _("From")),
        DayColumn("ends", _("To")),
        MoneyColumn("amount", _("Amount"), is_required=True),
        *TOUCH,
    ),
    needs=(("month", "starts"), ("amount",)),
    identity=("month", "starts", "ends", "utm_source", "utm_medium", "campaign_id", "campaign"),
    has_periods=True,
)
CONTACTS = Kind(
    "contacts",
    _("Contacts with customers"),
    (
        IdColumn("external_id", _("Contact id")),
        MomentColumn("happened", _("When"), is_required=True),
        CodeColumn("contact_kind", _("Kind"), is_required=True, codes=CONTACT_KINDS),
        *CUSTOMER,
        IdColumn("lead", _("Lead id")),
        COUNTRY,
        *SELLER,
        CodeColumn("is_inbound", _("The customer answered or wrote"), codes=BOOLEANS),
        CodeColumn("is_held", _("The meeting took place"), codes=BOOLEANS),
        CodeColumn("is_bulk", _("Sent to many at once"), codes=BOOLEANS),
    ),
    needs=(("happened",), ("contact_kind",)),
    identity=("happened", "contact_kind", "customer", "lead", "salesperson"),
)
TERMS = Kind(
    "terms",
    _("Contracts"),
    (
        IdColumn("external_id", _("Contract id")),
        Column("customer", _("Customer id"), is_required=True, remembers=False),
        CUSTOMER[1],
        DayColumn("starts", _("From"), is_required=True),
        DayColumn("ends", _("To")),
        COUNTRY,
        *SELLER,
    ),
    needs=(("customer",), ("starts",)),
    identity=("customer", "starts"),
    has_periods=True,
)
VISITORS = Kind(
    "visitors",
    _("Visitors by day"),
    (
        DayColumn("day", _("Day"), is_required=True),
        Column("visitor", _("Visitor id"), is_required=True, remembers=False, longest=100),
        *TOUCH,
        DEVICE,
        PAGE,
        COUNTRY,
        CodeColumn("is_returning", _("Has been here before"), codes=BOOLEANS),
        CountColumn("sessions", _("Sessions")),
        CodeColumn("has_conversion", _("With a conversion"), codes=BOOLEANS),
        CodeColumn("has_lead", _("With a lead"), codes=BOOLEANS),
        CodeColumn("is_qualified", _("With a qualified lead"), codes=BOOLEANS),
    ),
    needs=(("day",), ("visitor",)),
    identity=(
        "day", "visitor", "utm_source", "utm_medium", "campaign_id", "campaign", "device",
        "landing_page", "country",
    ),
    adds_up=True,
)  # fmt: skip
RANGES = Kind(
    "ranges",
    _("Reach and users of a period"),
    (
        CodeColumn("measure", _("What was counted"), is_required=True, codes=RANGE_MEASURES),
        MonthColumn("month", _("Month")),
        DayColumn("starts", _("From")),
        DayColumn("ends", _("To")),
        CountColumn("value", _("How many"), is_required=True),
        Column("platform", _("Platform"), longest=40),
        Column("campaign_id", _("Campaign id")),
        Column("campaign", _("Campaign")),
    ),
    needs=(("measure",), ("month", "starts"), ("value",)),
    identity=("measure", "month", "starts", "ends", "platform", "campaign_id", "campaign"),
    has_periods=True,
)
MONTHS = Kind(
    "months",
    _("Figures of the company by month"),
    (
        CURRENCY,
        MonthColumn("month", _("Month"), is_required=True),
        SignedMoneyColumn("net_profit", _("Net profit")),
        SignedMoneyColumn("total_revenue", _("Total revenue")),
    ),
    needs=(("month",), ("net_profit", "total_revenue")),
    identity=("month",),
)
