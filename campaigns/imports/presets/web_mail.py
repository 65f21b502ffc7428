"""What Google Analytics 4 and Mailchimp export."""

from django.utils.translation import gettext_lazy as _

from campaigns.imports.presets.names import named
from campaigns.imports.presets.preset import Preset

GA4_TRAFFIC = Preset(
    "ga4_traffic",
    _("Google Analytics 4: traffic acquisition"),
    "daily",
    "ga4",
    {
        "day": named("date | fecha | data | datum"),
        "channel": named(
            "session primary channel group (default channel group)"
            " | session primary channel group | session default channel group | default channel group"
            " | grupo de canales principal de la sesión (grupo de canales predeterminado)"
            " | grupo de canales predeterminado de la sesión | grupo de canales predeterminado"
            " | grupo de canais principal da sessão (grupo de canais padrão)"
            " | grupo de canais padrão da sessão | grupo de canais padrão"
            " | groupe de canaux principal de la session (groupe de canaux par défaut)"
            " | groupe de canaux par défaut de la session | groupe de canaux par défaut"
            " | sitzung – primäre channelgruppe (standard-channelgruppe)"
            " | sitzung – standard-channelgruppe | standard-channelgruppe",
            needed=True,
        ),
        "utm_source": named("session source | fuente de la sesión | origem da sessão"),
        "utm_medium": named("session medium | medio de la sesión | mídia da sessão"),
        "campaign": named("session campaign | campaña de la sesión | campanha da sessão"),
        "landing_page": named("landing page + query string | landing page | página de destino"),
        "device": named("device category | categoría de dispositivo | categoria do dispositivo"),
        "sessions": named("sessions | sesiones | sessões | sitzungen", needed=True),
        "engaged_sessions": named(
            "engaged sessions | sesiones con interacción | sessões engajadas"
            " | sessions avec engagement | sitzungen mit interaktionen"
        ),
        "key_events": named(
            "key events | conversions | eventos clave | eventos principais | eventos-chave"
            " | événements clés | schlüsselereignisse"
        ),
        "new_users": named(
            "new users | usuarios nuevos | novos usuários | nouveaux utilisateurs | neue nutzer"
        ),
    },
    family="web",
    has_period_above=True,
)

MAILCHIMP_CAMPAIGNS = Preset(
    "mailchimp_campaigns",
    _("Mailchimp: campaigns"),
    "daily",
    "mailchimp",
    {
        "day": named("send date", needed=True),
        "campaign": named("title", needed=True),
        "item": named("unique id", needed=True),
        "channel": named("", constant="email"),
        "platform": named("", constant="mailchimp"),
        "emails_sent": named("total recipients", needed=True),
        "emails_delivered": named("successful deliveries"),
        "hard_bounces": named("hard bounces"),
        "soft_bounces": named("soft bounces"),
        "unique_opens": named("unique opens"),
        "unique_clicks": named("unique clicks"),
        "unsubscribes": named("unsubscribes"),
    },
    family="mail",
)
