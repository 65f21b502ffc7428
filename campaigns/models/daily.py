"""Daily facts: what a platform or an analytics tool reports per day."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.fields import FactModel, money, once, reference


def count() -> models.BigIntegerField:
    return models.BigIntegerField(null=True)


class DailyFact(FactModel):
    """One row per client, source, day and combination of dimensions. NULL: not reported by it."""

    called = _("daily figures")

    family = models.CharField(
        max_length=6, choices=[(name, name) for name in ("web", "ads", "mail", "social")]
    )
    day = models.DateField()
    campaign = reference("campaigns.Campaign", null=True)
    channel = models.CharField(max_length=20, default="unassigned")
    utm_source = models.CharField(max_length=100, blank=True)
    utm_medium = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=10, blank=True)
    landing_page = reference("campaigns.LandingPage", null=True)
    country = models.CharField(max_length=2, blank=True)
    item = models.CharField(
        max_length=200, blank=True
    )  # ad, ad set or post, as the platform names it
    currency = models.CharField(max_length=3, blank=True)
    # The ad platform, mail service or network; without one, the source stands for it.
    platform = models.CharField(max_length=40, blank=True, default="", db_default="")
    # A row that came for a period, and what the importer chose to do with it.
    covers_from = models.DateField(null=True)
    covers_to = models.DateField(null=True)
    period_rule = models.CharField(max_length=8, blank=True)

    sessions = count()
    engaged_sessions = count()
    session_seconds = count()
    pageviews = count()
    new_sessions = count()
    returning_sessions = count()
    sessions_with_lead = count()
    sessions_with_key_event = count()
    key_events = count()
    new_users = count()
    impressions = count()
    clicks = count()
    ad_spend = money(null=True)
    platform_conversions = money(null=True)
    platform_conversion_value = money(null=True)
    platform_leads = count()
    platform_sales = count()
    emails_sent = count()
    emails_delivered = count()
    hard_bounces = count()
    soft_bounces = count()
    unique_opens = count()
    unique_clicks = count()
    unsubscribes = count()
    post_impressions = count()
    post_engagements = count()
    followers = count()

    class Meta:
        constraints: ClassVar = [
            *once("daily_fact", "family"),
            models.CheckConstraint(
                condition=models.Q(ad_spend__isnull=True) | models.Q(ad_spend__gte=0),
                name="spend_not_negative",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(ad_spend__isnull=True)
                    & models.Q(platform_conversion_value__isnull=True)
                )
                | ~models.Q(currency=""),
                name="money_has_a_currency",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "day"], name="daily_fact_by_day"),
            models.Index(
                fields=["agency", "client", "day"],
                name="daily_fact_followers",
                condition=models.Q(followers__isnull=False),
            ),
        ]
