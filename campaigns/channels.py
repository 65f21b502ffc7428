"""The channel of a visit, lead, sale or cost: GA4's default channel group, first rule wins.

Pure. The lists of sources are data, in `campaigns.channel_sources`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns import channel_sources

RULES_VERSION = f"ga4-2026-05/{channel_sources.VERSION}"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its code in data and API, and its name for people."""

    code: str
    name: str | Promise = field(compare=False, repr=False)


CHANNELS: tuple[Channel, ...] = (
    Channel("direct", _("Direct")),
    Channel("cross_network", _("Cross-network")),
    Channel("paid_shopping", _("Paid Shopping")),
    Channel("paid_search", _("Paid Search")),
    Channel("paid_social", _("Paid Social")),
    Channel("paid_video", _("Paid Video")),
    Channel("display", _("Display")),
    Channel("paid_other", _("Paid Other")),
    Channel("ai_assistant", _("AI Assistant")),
    Channel("organic_shopping", _("Organic Shopping")),
    Channel("organic_social", _("Organic Social")),
    Channel("organic_video", _("Organic Video")),
    Channel("organic_search", _("Organic Search")),
    Channel("referral", _("Referral")),
    Channel("email", _("Email")),
    Channel("affiliates", _("Affiliates")),
    Channel("audio", _("Audio")),
    Channel("sms", _("SMS")),
    Channel("mobile_push", _("Mobile Push Notifications")),
    Channel("unassigned", _("Unassigned")),
)
NAMES: Mapping[str, str | Promise] = {channel.code: channel.name for channel in CHANNELS}
CODES: tuple[str, ...] = tuple(NAMES)
UNASSIGNED = "unassigned"

#: Channels that ads pay for: both sides of ROAS and CPA.
PAID: tuple[str, ...] = CODES[CODES.index("cross_network") : CODES.index("paid_other") + 1]
#: Channels that marketing may take credit for: the return side of ROI.
CREDITED: tuple[str, ...] = tuple(code for code in CODES if code not in ("direct", UNASSIGNED))
#: Channels that bring people by themselves, without an ad: both sides of the inbound ROI.
INBOUND: tuple[str, ...] = (
    "ai_assistant", "organic_shopping", "organic_social", "organic_video", "organic_search",
    "referral", "email",
)  # fmt: skip

#: Fixed order of colours, the most common channels first, so that they get the clearest hues.
COLOUR_ORDER: tuple[str, ...] = (
    "paid_search", "organic_search", "paid_social", "organic_social", "direct", "email",
    "referral", "display", "cross_network", "paid_shopping", "paid_video", "paid_other",
    "organic_shopping", "organic_video", "ai_assistant", "affiliates", "audio", "sms",
    "mobile_push", "unassigned",
)  # fmt: skip

_PAID_MEDIUM = re.compile(r"^(.*cp.*|ppc|retargeting|paid.*)$")
_SHOP_CAMPAIGN = re.compile(r"^(.*(([^a-df-z]|^)shop|shopping).*)$")
_EMAIL = frozenset(("email", "e-mail", "e_mail", "e mail"))
_DISPLAY = frozenset(("display", "banner", "expandable", "interstitial", "cpm"))
_SOCIAL = frozenset(
    ("social", "social-network", "social-media", "sm", "social network", "social media")
)
_NO_MEDIUM = frozenset(("", "(none)", "(not set)"))


@dataclass(frozen=True, slots=True)
class _Visit:
    """Source, medium and campaign, normalised, with what the rules ask of them."""

    source: str
    medium: str
    campaign: str
    category: str

    @property
    def is_paid(self) -> bool:
        return _PAID_MEDIUM.match(self.medium) is not None

    @property
    def is_shopping(self) -> bool:
        return self.category == "shopping" or _SHOP_CAMPAIGN.match(self.campaign) is not None


#: The rules in order; the first that holds names the channel.
_RULES: tuple[tuple[str, Callable[[_Visit], bool]], ...] = (
    ("direct", lambda v: v.source in ("", "(direct)") and v.medium in _NO_MEDIUM),
    ("cross_network", lambda v: "cross-network" in v.campaign),
    ("paid_shopping", lambda v: v.is_shopping and v.is_paid),
    ("paid_search", lambda v: v.category == "search" and v.is_paid),
    ("paid_social", lambda v: v.category == "social" and v.is_paid),
    ("paid_video", lambda v: v.category == "video" and v.is_paid),
    ("display", lambda v: v.medium in _DISPLAY),
    ("paid_other", lambda v: v.is_paid),
    ("ai_assistant", lambda v: v.medium == "ai-assistant" or _came_from_assistant(v)),
    ("organic_shopping", lambda v: v.is_shopping),
    ("organic_social", lambda v: v.category == "social" or v.medium in _SOCIAL),
    ("organic_video", lambda v: v.category == "video" or "video" in v.medium),
    ("organic_search", lambda v: v.category == "search" or v.medium == "organic"),
    ("referral", lambda v: v.medium in ("referral", "app", "link")),
    ("email", lambda v: v.source in _EMAIL or v.medium in _EMAIL),
    ("affiliates", lambda v: v.medium == "affiliate"),
    ("audio", lambda v: v.medium == "audio"),
    ("sms", lambda v: "sms" in (v.source, v.medium)),
    ("mobile_push", lambda v: _is_push(v)),
)


def _came_from_assistant(visit: _Visit) -> bool:
    no_medium = visit.medium == "referral" or visit.medium in _NO_MEDIUM
    return visit.source in channel_sources.AI_ASSISTANTS and no_medium


def _is_push(visit: _Visit) -> bool:
    named = visit.medium.endswith("push") or "mobile" in visit.medium
    return named or "notification" in visit.medium or visit.source == "firebase"


@lru_cache(maxsize=65_536)
def channel_for(source: str | None, medium: str | None, campaign: str | None = None) -> str:
    """The channel's code for a source, medium and campaign as they came; any may be empty.

    Case and surrounding space do not count; a referrer's address is read as its host.
    """
    plain = normalise_source(source)
    visit = _Visit(plain, _plain(medium), _plain(campaign), source_category(plain))
    return next((code for code, holds in _RULES if holds(visit)), UNASSIGNED)


def normalise_source(source: str | None) -> str:
    """A source as the rules read it: lower case; of an address only the host, without `www.`."""
    text = _plain(source)
    if "://" in text:
        text = text.split("://", 1)[1]
    if "." in text and " " not in text:
        text = re.split(r"[/?#]", text, maxsplit=1)[0].rsplit("@", 1)[-1]
        text = text.split(":", 1)[0].rstrip(".").removeprefix("www.")
    return text


def source_category(source: str) -> str:
    """`search`, `social`, `shopping`, `video`, or empty, of a normalised source.

    The exact site first (plus.google.com is social), then the brand of a host in any country.
    """
    host = source.removeprefix("m.")
    known = channel_sources.SITES.get(source) or channel_sources.SITES.get(host)
    if known or "." not in source:
        return known or channel_sources.BRANDS.get(source, "")
    *prefix, brand = _without_country(source)
    if any(label not in channel_sources.NEUTRAL_LABELS for label in prefix):
        return ""
    return channel_sources.BRANDS.get(brand, "")


def _without_country(host: str) -> list[str]:
    """The labels of a host without its public ending: google.com.ar -> [google]."""
    labels = host.split(".")
    if len(labels) >= 3 and labels[-2] in channel_sources.COUNTRY_SECOND_LEVEL:
        return labels[:-2] if len(labels[-1]) == 2 else labels[:-1]
    return labels[:-1]


def _plain(text: str | None) -> str:
    return (text or "").strip().lower()
