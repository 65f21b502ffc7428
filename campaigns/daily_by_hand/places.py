"""What a month of daily figures is about: a family, and the channel, campaign or platform of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from campaigns.channels import CODES, UNASSIGNED
from campaigns.facts.daily import DAILY_FAMILIES, DAILY_MEASURES
from campaigns.models import Campaign

KIND = "daily"  # of the acts
PREFIX = "hand"
_LONGEST_PLATFORM = 40
#: What each family may be split by.
PARTS: Mapping[str, tuple[str, ...]] = {
    "web": ("channel", "campaign"),
    "ads": ("channel", "campaign", "platform"),
    "mail": ("campaign", "platform"),
    "social": ("platform",),
}


@dataclass(frozen=True)
class Place:
    """channel: a code; platform: an ad platform, mail service or network, as the client calls it."""

    family: str
    channel: str = UNASSIGNED
    campaign: Campaign | None = None
    platform: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The figures of the family, in the order in which they are declared."""
        return DAILY_MEASURES[self.family]

    @property
    def parts(self) -> tuple[str, ...]:
        return PARTS[self.family]

    def external_id(self, day: date) -> str:
        """What makes the row of a day one: entered twice it is the same."""
        number = self.campaign.pk if self.campaign else ""
        return f"{PREFIX}:{day.isoformat()}:{self.channel}:{number}:{self.platform.casefold()}"


def place_asked(asked: Mapping[str, str], campaign: Campaign | None) -> Place:
    """As an address says it; what it does not know, or the family does not have, is left out."""
    family = asked.get("family", "")
    family = family if family in DAILY_FAMILIES else DAILY_FAMILIES[0]
    parts, channel = PARTS[family], asked.get("channel", "")
    platform = " ".join("".join(filter(str.isprintable, asked.get("platform", ""))).split())
    return Place(
        family,
        channel if channel in CODES and "channel" in parts else UNASSIGNED,
        campaign if "campaign" in parts else None,
        platform[:_LONGEST_PLATFORM].strip() if "platform" in parts else "",
    )
