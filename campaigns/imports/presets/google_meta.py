"""What Google Ads and Meta Ads Manager export, with the headers of five languages."""

from django.utils.translation import gettext_lazy as _

from campaigns.imports.presets.names import named, values_of
from campaigns.imports.presets.preset import Preset

_GOOGLE_TYPES = values_of(
    paid_search=(
        "search | búsqueda | red de búsqueda | pesquisa | rede de pesquisa | recherche"
        " | réseau de recherche | suche | suchnetzwerk"
    ),
    display="display | red de display | rede de display | réseau display | displaynetzwerk",
    paid_video="video | vídeo | vidéo",
    paid_shopping="shopping | compras",
    cross_network=(
        "performance max | máximo rendimiento | demand gen | generación de demanda"
        " | geração de demanda | génération de la demande | discovery | smart | inteligente"
        " | intelligente | app | aplicación | aplicaciones | aplicativo | application"
    ),
)

GOOGLE_ADS_CAMPAIGN = Preset(
    "google_ads_campaign",
    _("Google Ads: campaign report"),
    "daily",
    "google_ads",
    {
        "day": named("day | día | dia | jour | tag", needed=True),
        "campaign": named("campaign | campaña | campanha | campagne | kampagne", needed=True),
        "campaign_id": named(
            "campaign id | id de campaña | id de la campaña | identificador de campaña | id da campanha"
            " | código da campanha | id de la campagne | id de campagne | nº de la campagne"
            " | kampagnen-id"
        ),
        "channel": named(
            "campaign type | tipo de campaña | tipo de campanha | type de campagne | kampagnentyp",
            constant="paid_search", values=_GOOGLE_TYPES, default="paid_search",
        ),
        "currency": named(
            "currency code | currency | código de moneda | moneda | código da moeda | moeda"
            " | code de devise | code devise | devise | währungscode | währung"
        ),
        "ad_spend": named("cost | coste | costo | custo | coût | kosten", needed=True),
        "impressions": named(
            "impr. | impressions | impresiones | impressões | impressionen", needed=True
        ),
        "clicks": named("clicks | clics | cliques | klicks", needed=True),
        "platform_conversions": named("conversions | conversiones | conversões | conv."),
        "platform_conversion_value": named(
            "conv. value | valor de conv. | valor conv. | valor de la conv. | valor da conv."
            " | valeur de conv. | valeur conv. | conv.-wert | all conv. value"
        ),
        "device": named("device | dispositivo | appareil | gerät"),
        "item": named(
            "ad id | id del anuncio | id de anuncio | id do anúncio | id de l'annonce | anzeigen-id"
            " | ad group id | id del grupo de anuncios | id do grupo de anúncios"
            " | id du groupe d'annonces | anzeigengruppen-id | ad group | grupo de anuncios"
            " | grupo de anúncios | groupe d'annonces | anzeigengruppe"
        ),
    },
    family="ads",
)  # fmt: skip

META_ADS_MANAGER = Preset(
    "meta_ads_manager",
    _("Meta Ads Manager"),
    "daily",
    "meta_ads",
    {
        "day": named("day | día | dia | jour | tag"),
        "starts": named(
            "reporting starts | inicio del informe | início dos relatórios | início do relatório"
            " | début des rapports | début du rapport | berichtsstart",
            needed=True,
        ),
        "ends": named(
            "reporting ends | fin del informe | término dos relatórios | encerramento dos relatórios"
            " | fim dos relatórios | fin des rapports | fin du rapport | berichtsende"
        ),
        "campaign": named(
            "campaign name | nombre de la campaña | nome da campanha | nom de la campagne"
            " | kampagnenname",
            needed=True,
        ),
        "campaign_id": named(
            "campaign id | identificador de la campaña | id de la campaña | identificação da campanha"
            " | id de la campagne | nº de la campagne | kampagnen-id"
        ),
        "item": named(
            "ad id | identificador del anuncio | identificação do anúncio | id de la publicité"
            " | nº de la publicité | anzeigen-id | ad name | nombre del anuncio | nome do anúncio"
            " | nom de la publicité | anzeigenname | name der anzeige | ad set id"
            " | identificador del conjunto de anuncios | anzeigengruppen-id | ad set name"
            " | nombre del conjunto de anuncios | nome do conjunto de anúncios"
            " | nom de l'ensemble de publicités | name der anzeigengruppe | anzeigengruppenname"
        ),
        "channel": named("", constant="paid_social"),
        "ad_spend": named(
            "amount spent | importe gastado | valor usado | valor gasto | montant dépensé"
            " | ausgegebener betrag",
            needed=True,
        ),
        "impressions": named(
            "impressions | impresiones | impressões | impressionen", needed=True
        ),
        "clicks": named(
            "link clicks | clics en el enlace | cliques no link | clics sur le lien"
            " | clics sur un lien | link-klicks"
        ),
        "platform_leads": named(
            "leads | clientes potenciales | cadastros | prospects"
        ),
        "platform_sales": named("purchases | compras | achats | käufe"),
        "platform_conversion_value": named(
            "purchases conversion value | purchase conversion value | valor de conversión de compras"
            " | valor de conversión de las compras | valor de conversão da compra"
            " | valor de conversão de compras | valeur de conversion des achats"
            " | conversion-wert von käufen | conversionwert von käufen"
        ),
        "results": named("results | resultados | résultats | ergebnisse"),
        "result_indicator": named(
            "result indicator | indicador de resultado | indicador de resultados"
            " | indicateur de résultat | indicateur de résultats | ergebnis-indikator"
            " | ergebnisindikator"
        ),
    },
    family="ads",
)  # fmt: skip
