"""What HubSpot exports of contacts and of deals. Import one or the other as leads: a deal is one more."""

from django.utils.translation import gettext_lazy as _

from campaigns.imports.presets.names import named, values_of
from campaigns.imports.presets.preset import Preset

_SOURCES = values_of(
    organic_search="organic_search | organic search | búsqueda orgánica | busca orgânica",
    paid_search="paid_search | paid search | búsqueda pagada | busca paga",
    email="email_marketing | email marketing | marketing por email",
    organic_social="social_media | organic social | social media | redes sociales orgánicas",
    paid_social="paid_social | paid social | redes sociales pagadas | social pago",
    referral="referrals | referencias | ai_referrals | ai referrals | referências",
    direct="direct_traffic | direct traffic | tráfico directo | tráfego direto",
    unassigned=(
        "other_campaigns | other campaigns | offline | offline sources | otras campañas"
        " | fuentes offline | fontes offline"
    ),
)
_SOURCE_NAMES = (
    "original source | original source type | original traffic source | fuente original"
    " | fuente de tráfico original | fonte original"
)

HUBSPOT_CONTACTS = Preset(
    "hubspot_contacts",
    _("HubSpot: contacts"),
    "leads",
    "hubspot",
    {
        "external_id": named(
            "record id | record id - contact | contact id | id de registro | id do registro",
            needed=True,
        ),
        "created": named(
            "create date | fecha de creación | data de criação", needed=True
        ),
        "name": named(
            "first name | nombre | nome", joined="last name | apellidos | apellido | sobrenome"
        ),
        "email": named("email | correo | correo electrónico | e-mail"),
        "phone": named("phone number | número de teléfono | número de telefone"),
        "channel": named(_SOURCE_NAMES, values=_SOURCES, default="unassigned"),
        "salesperson": named("contact owner | propietario del contacto | proprietário do contato"),
        "mql": named(
            "became a marketing qualified lead date | date entered 'marketing qualified lead"
            " (lifecycle stage pipeline)'"
        ),
        "sql": named(
            "became a sales qualified lead date | date entered 'sales qualified lead"
            " (lifecycle stage pipeline)'"
        ),
        "opp": named(
            "became an opportunity date | date entered 'opportunity (lifecycle stage pipeline)'"
        ),
        "won": named(
            "became a customer date | date entered 'customer (lifecycle stage pipeline)'"
        ),
    },
)  # fmt: skip

#: A stage that is neither is open: such a deal is an opportunity still.
STAGES = values_of(
    won=(
        "closed won | closedwon | cerrado ganado | cierre ganado | ganado | fechado ganho"
        " | negócio fechado | ganho | fermé gagné | abgeschlossen und gewonnen"
    ),
    lost=(
        "closed lost | closedlost | cerrado perdido | cierre perdido | perdido | fechado perdido"
        " | negócio perdido | fermé perdu | abgeschlossen und verloren"
    ),
)

HUBSPOT_DEALS = Preset(
    "hubspot_deals",
    _("HubSpot: deals"),
    "leads",
    "hubspot_deals",
    {
        "external_id": named(
            "record id | record id - deal | deal id | id de registro | id do registro", needed=True
        ),
        "created": named("create date | fecha de creación | data de criação", needed=True),
        "opp": named("create date | fecha de creación | data de criação"),
        "name": named("deal name | nombre del negocio | nome do negócio", needed=True),
        "outcome": named(
            "deal stage | etapa del negocio | etapa do negócio",
            values=STAGES, default="",
        ),
        "closed": named("close date | fecha de cierre | data de fechamento"),
        "amount": named("amount | importe | valor | cantidad | monto"),
        "currency": named("currency | deal currency code | moneda | moeda"),
        "lost_reason": named("closed lost reason | motivo de cierre perdido"),
        "salesperson": named("deal owner | propietario del negocio | proprietário do negócio"),
        "channel": named(_SOURCE_NAMES, values=_SOURCES, default="unassigned"),
    },
)  # fmt: skip
