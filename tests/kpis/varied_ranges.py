"""What platforms and the client reported for the very ranges that a test asks about."""

from collections.abc import Sequence

from campaigns.models import ReportedRange
from kpis.calendar import Period
from tests.kpis.varied_facts import World

_MEASURES = ("platform_reach", "post_reach", "staff_start", "staff_stayed")


def report_ranges(world: World, ranges: Sequence[Period]) -> None:
    """A figure for the whole client and one of a platform, of each measure and range. In a scope."""
    ReportedRange.objects.bulk_create(
        ReportedRange(
            **world.identity("reports"), measure=measure, first_day=period.first,
            last_day=period.last, platform=platform, value=world.dice.randint(1, 999),
        )
        for period in ranges
        for measure in _MEASURES
        for platform in ("", "meta_ads")
    )  # fmt: skip
