"""Layouts of exports that need no mapping by hand: each makes a mapping for the headers of a file."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.imports.errors import FileRefused
from campaigns.imports.headers import names_of
from campaigns.imports.kinds import DAILY_MEASURES, KINDS
from campaigns.imports.mapping import FileMapping, Source, fold


@dataclass(frozen=True)
class PresetColumn:
    """Headers that may carry a target, folded, best first; or a constant if none of them is there."""

    headers: tuple[str, ...] = ()
    is_required: bool = False
    constant: str | None = None
    values: Mapping[str, str] | None = None
    default: str | None = None


@dataclass(frozen=True)
class Preset:
    """A layout. A header may carry its currency in brackets, like `Amount spent (USD)`."""

    key: str
    label: str | Promise
    kind: str
    source: str
    columns: Mapping[str, PresetColumn]
    family: str | None = None
    decimal: str | None = None
    dates: str | None = None

    @property
    def known_headers(self) -> set[str]:
        return {header for column in self.columns.values() for header in column.headers}

    def mapping_for(
        self, headers: Sequence[str], file: str = "", said: Set[str] = frozenset()
    ) -> FileMapping:
        """The mapping for a file with these headers; FileRefused if it is not of this layout.

        said: targets that somebody else maps, which need not be found.
        """
        written = {_without_currency(header): header for header in reversed(headers)}
        columns = {}
        for target, column in self.columns.items():
            if target in said:
                continue
            header = next((written[name] for name in column.headers if name in written), None)
            if header is not None:
                columns[target] = Source(
                    header, None, column.values, column.default, column.is_required
                )
            elif column.constant is not None:
                columns[target] = Source(constant=column.constant)
            elif column.is_required:
                raise self._refused(column.headers[0], headers, file)
        return FileMapping(
            kind=self.kind, columns=columns, source=self.source, preset=self.key,
            family=self.family, decimal=self.decimal, dates=self.dates,
            currency=_currency_in(headers),
        )  # fmt: skip

    def _refused(self, header: str, headers: Sequence[str], file: str) -> FileRefused:
        return FileRefused(
            "wrong_layout",
            _("%(file)s is not a file of the preset “%(preset)s”: it has no column “%(column)s”. It has: %(headers)s.")
            % {"file": file, "preset": self.label, "column": header, "headers": ", ".join(headers)[:300]},
            file=file or None, column=header,
        )  # fmt: skip


_IN_BRACKETS = re.compile(r"\s*\(([a-z]{3})\)$")


def _without_currency(header: str) -> str:
    return _IN_BRACKETS.sub("", fold(header))


def _currency_in(headers: Sequence[str]) -> str | None:
    """The currency that the headers of money carry in brackets; two of them are refused."""
    found = {
        match[1].upper()
        for header in headers
        if (match := _IN_BRACKETS.search(fold(header))) and match[1] != "all"
    }
    if len(found) > 1:
        raise FileRefused(
            "mixed_currencies",
            _("The headers name several currencies (%(codes)s); import one file for each.")
            % {"codes": ", ".join(sorted(found))},
        )
    return found.pop() if found else None


def _names(kind: str, target: str) -> tuple[str, ...]:
    """In a file of any daily facts, "impressions" are of ads: mail and posts say what they are."""
    is_other = {column.key for family in ("mail", "social") for column in DAILY_MEASURES[family]}
    if kind == "daily" and target in is_other:
        return (target.replace("_", " "), target)
    return names_of(kind, target)


def _generic(kind: str, label: str | Promise) -> Preset:
    columns = {
        column.key: PresetColumn(_names(kind, column.key), column.is_required)
        for column in KINDS[kind].columns
    }
    return Preset(f"generic_{kind}", label, kind, "file", columns)


_GOOGLE_TYPES = {
    "search": "paid_search",
    "display": "display",
    "video": "paid_video",
    "shopping": "paid_shopping",
    "performance max": "cross_network",
    "demand gen": "cross_network",
    "discovery": "cross_network",
    "smart": "cross_network",
    "app": "cross_network",
}
_GOOGLE_DEVICES = ("device", "dispositivo")

_DAY = (
    "day",
    "date",
    "send date",
    "send time",
    "día",
    "fecha",
    "fecha de envío",
    "dia",
    "data",
    "data de envio",
)


def _of_family(family: str, key: str, label: str | Promise, channel: str, source: str) -> Preset:
    """Daily rows of one family, found by the names that its services use."""
    columns = {
        column.key: PresetColumn(names_of("daily", column.key)) for column in DAILY_MEASURES[family]
    }
    touch = {"channel": PresetColumn(constant=channel)}
    if family == "mail":
        touch["campaign"] = PresetColumn(
            ("campaign", "campaign title", "title", "subject", "campaña", "asunto")
        )
        touch["item"] = PresetColumn(("unique id", "campaign id", "email id", "id"))
    platform = PresetColumn(names_of("daily", "platform"))
    day = PresetColumn(_DAY, is_required=True)
    return Preset(
        key, label, "daily", source, {"day": day, **touch, "platform": platform, **columns},
        family=family,
    )  # fmt: skip


MAIL_DAILY = _of_family(
    "mail", "mail_daily", gettext_lazy("Email service: results by day"), "email", "mail"
)
SOCIAL_DAILY = _of_family(
    "social",
    "social_daily",
    gettext_lazy("Social network: results by day"),
    "organic_social",
    "social",
)

GOOGLE_ADS_CAMPAIGN = Preset(
    "google_ads_campaign",
    gettext_lazy("Google Ads: campaign report"),
    "daily",
    "google_ads",
    {
        "day": PresetColumn(("day", "día", "dia"), is_required=True),
        "campaign": PresetColumn(("campaign", "campaña", "campanha"), is_required=True),
        "campaign_id": PresetColumn(("campaign id", "id de campaña", "id da campanha")),
        "channel": PresetColumn(
            ("campaign type", "tipo de campaña", "tipo de campanha"),
            constant="paid_search", values=_GOOGLE_TYPES, default="paid_search",
        ),
        "currency": PresetColumn(("currency code", "currency", "código de moneda", "código da moeda")),
        "ad_spend": PresetColumn(("cost", "coste", "costo", "custo"), is_required=True),
        "impressions": PresetColumn(("impr.", "impressions", "impresiones", "impressões"), is_required=True),
        "clicks": PresetColumn(("clicks", "clics", "cliques"), is_required=True),
        "platform_conversions": PresetColumn(("conversions", "conversiones", "conversões")),
        "platform_conversion_value": PresetColumn(("conv. value", "valor de conv.", "valor conv.")),
        "device": PresetColumn(_GOOGLE_DEVICES),
        "item": PresetColumn(("ad id", "ad group id", "ad group", "grupo de anuncios", "grupo de anúncios")),
    },
    family="ads",
)  # fmt: skip

META_ADS_MANAGER = Preset(
    "meta_ads_manager",
    gettext_lazy("Meta Ads Manager"),
    "daily",
    "meta_ads",
    {
        "day": PresetColumn(("day", "día", "dia")),
        "starts": PresetColumn(("reporting starts", "inicio del informe", "início dos relatórios"), is_required=True),
        "ends": PresetColumn(("reporting ends", "fin del informe", "término dos relatórios"), is_required=True),
        "campaign": PresetColumn(("campaign name", "nombre de la campaña", "nome da campanha"), is_required=True),
        "campaign_id": PresetColumn(("campaign id", "identificador de la campaña", "identificação da campanha")),
        "item": PresetColumn(("ad id", "ad name", "nombre del anuncio", "nome do anúncio", "ad set id", "ad set name")),
        "channel": PresetColumn(constant="paid_social"),
        "ad_spend": PresetColumn(("amount spent", "importe gastado", "valor usado"), is_required=True),
        "impressions": PresetColumn(("impressions", "impresiones", "impressões"), is_required=True),
        "clicks": PresetColumn(("link clicks", "clics en el enlace", "cliques no link")),
        "platform_leads": PresetColumn(("leads", "clientes potenciales", "cadastros")),
        "platform_sales": PresetColumn(("purchases", "compras")),
        "platform_conversion_value": PresetColumn(
            ("purchases conversion value", "valor de conversión de compras", "valor de conversão da compra")
        ),
        "results": PresetColumn(("results", "resultados")),
        "result_indicator": PresetColumn(("result indicator", "indicador de resultado", "indicador de resultados")),
    },
    family="ads",
)  # fmt: skip

PRESETS: Mapping[str, Preset] = {
    preset.key: preset
    for preset in (
        GOOGLE_ADS_CAMPAIGN,
        META_ADS_MANAGER,
        MAIL_DAILY,
        SOCIAL_DAILY,
        _generic("leads", gettext_lazy("Any table of leads")),
        _generic("sales", gettext_lazy("Any table of sales")),
        _generic("costs", gettext_lazy("Any table of costs")),
        _generic("daily", gettext_lazy("Any table of daily facts")),
        _generic("lines", gettext_lazy("Any table of order lines")),
        _generic("products", gettext_lazy("Any table of products")),
        _generic("budgets", gettext_lazy("Any table of budgets")),
        _generic("contacts", gettext_lazy("Any table of contacts with customers")),
        _generic("terms", gettext_lazy("Any table of contracts")),
        _generic("visitors", gettext_lazy("Any table of visitors by day")),
        _generic("ranges", gettext_lazy("Any table of reach and users by period")),
        _generic("months", gettext_lazy("Any table of company figures by month")),
        _generic("own", gettext_lazy("Any table of own measures by day")),
    )
}


def preset_named(key: str) -> Preset:
    """The preset of that name; FileRefused with the list of names if there is none."""
    if key not in PRESETS:
        raise FileRefused(
            "unknown_preset",
            _("There is no preset “%(name)s”; there are: %(names)s.")
            % {"name": key, "names": ", ".join(PRESETS)},
        )
    return PRESETS[key]
