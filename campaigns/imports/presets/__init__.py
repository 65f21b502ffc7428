"""Layouts of exports that need no mapping by hand, and which of them a file is of."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused
from campaigns.imports.presets.ads import LINKEDIN_ADS, MICROSOFT_ADS, TIKTOK_ADS
from campaigns.imports.presets.generic import GENERIC, MAIL_DAILY, SOCIAL_DAILY
from campaigns.imports.presets.google_meta import GOOGLE_ADS_CAMPAIGN, META_ADS_MANAGER
from campaigns.imports.presets.hubspot import HUBSPOT_CONTACTS, HUBSPOT_DEALS
from campaigns.imports.presets.preset import Preset
from campaigns.imports.presets.web_mail import GA4_TRAFFIC, MAILCHIMP_CAMPAIGNS

__all__ = ["PRESETS", "Preset", "preset_named", "presets_fitting"]

_TOOLS = (
    GOOGLE_ADS_CAMPAIGN, META_ADS_MANAGER, GA4_TRAFFIC, LINKEDIN_ADS, TIKTOK_ADS, MICROSOFT_ADS,
    HUBSPOT_CONTACTS, HUBSPOT_DEALS, MAILCHIMP_CAMPAIGNS,
)  # fmt: skip
PRESETS: Mapping[str, Preset] = {
    preset.key: preset for preset in (*_TOOLS, MAIL_DAILY, SOCIAL_DAILY, *GENERIC)
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


def presets_fitting(headers: Sequence[str]) -> list[Preset]:
    """The tools' presets that a file with these headers may be of, the one that knows most first."""
    fits = [(preset.fit(headers), preset) for preset in _TOOLS]
    return [preset for fit, preset in sorted(fits, key=lambda each: -each[0]) if fit]
