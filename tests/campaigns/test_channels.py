"""Channels: GA4's own examples, and the traps in its rules."""

import pytest

from campaigns import channel_sources
from campaigns.channels import (
    CHANNELS,
    CODES,
    COLOUR_ORDER,
    CREDITED,
    PAID,
    channel_for,
    normalise_source,
    source_category,
)

VECTORS = """
google | cpc | | paid_search
google | cpc | spring-shop | paid_shopping
google | cpc | workshop-2026 | paid_search
google | cpc | eshop-ar | paid_shopping
google | cpc | PMax cross-network | cross_network
google | organic | | organic_search
bing | cpc | | paid_search
facebook | cpc | | paid_social
facebook | paid_social | | paid_social
facebook | paidsocial | | paid_social
facebook | cpm | | paid_social
partner.com | cpm | | display
instagram | social | | organic_social
linkedin | social | lead_gen | organic_social
linkedin | sponsored | | organic_social
whatsapp | chat | | organic_social
youtube | video | | organic_video
youtube | cpv | | paid_video
youtube | cpc | | paid_video
newsletter | email | | email
mailchimp | e-mail | | email
newsletter | newsletter | | unassigned
amazon | affiliate | | organic_shopping
blog-x | affiliate | | affiliates
partner.com | retargeting | | paid_other
partner.com | referral | | referral
chatgpt.com | referral | | ai_assistant
chatgpt.com | ai-assistant | (ai-assistant) | ai_assistant
gemini.google.com | referral | | ai_assistant
(direct) | (none) | | direct
sms | promo | | sms
firebase | x | | mobile_push
app | web_push | | mobile_push
spotify | audio | | audio
tcp-news | mcp-banner | | paid_other
google | Paid_Search | | paid_search
GOOGLE | CPC | | paid_search
qr | offline | | unassigned
tiktok | cpc | | paid_social
perplexity.ai | referral | | ai_assistant
mercadolibre | referral | | organic_shopping
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("source", "medium", "campaign", "channel"), _rows(VECTORS))
def test_vectors(source: str, medium: str, campaign: str, channel: str) -> None:
    assert channel_for(source, medium, campaign) == channel


def test_social_without_a_paid_medium_is_organic_even_if_it_was_paid() -> None:
    assert channel_for("linkedin", "social") == "organic_social"
    assert channel_for("linkedin", "cpc") == "paid_social"


@pytest.mark.parametrize(
    ("campaign", "is_shop"),
    [
        ("workshop", False),
        ("bishop", False),
        ("eshop", True),
        ("shop", True),
        ("my shop", True),
        ("window-shopping", True),
        ("Eshop-AR", True),
    ],
)
def test_shop_in_a_campaign_name(campaign: str, is_shop: bool) -> None:
    assert (channel_for("google", "cpc", campaign) == "paid_shopping") is is_shop


def test_cpm_is_paid_social_on_a_social_network_and_display_elsewhere() -> None:
    assert channel_for("facebook", "cpm") == "paid_social"
    assert channel_for("elsewhere.com", "cpm") == "display"


def test_shopping_source_beats_the_affiliate_medium() -> None:
    assert channel_for("amazon", "affiliate") == "organic_shopping"


def test_any_medium_with_cp_inside_counts_as_paid() -> None:
    assert channel_for("partner.com", "mcp-banner") == "paid_other"


def test_email_is_exact_not_contained() -> None:
    assert channel_for("newsletter", "emailing") == "unassigned"
    assert channel_for("e_mail", "x") == "email"


def test_direct_needs_both_ends_empty() -> None:
    assert channel_for(None, None) == "direct"
    assert channel_for("", "(not set)") == "direct"
    assert channel_for("(direct)", "cpc") == "paid_other"
    assert channel_for("partner.com", None) == "unassigned"


def test_an_assistant_that_is_paid_or_mailed_is_not_an_assistant_visit() -> None:
    assert channel_for("chatgpt.com", None) == "ai_assistant"
    assert channel_for("chatgpt.com", "cpc") == "paid_other"
    assert channel_for("chatgpt.com", "email") == "email"


@pytest.mark.parametrize(
    ("source", "category"),
    [
        ("www.google.com.ar", "search"),
        ("https://www.google.co.uk/search?q=x", "search"),
        ("google.es", "search"),
        ("ar.search.yahoo.com", "search"),
        ("search.yahoo.co.jp", "search"),
        ("mail.google.com", "search"),
        ("plus.google.com", "social"),
        ("groups.google.com", "social"),
        ("docs.google.com", ""),
        ("m.facebook.com", "social"),
        ("lm.facebook.com", "social"),
        ("l.instagram.com", "social"),
        ("br.pinterest.com", "social"),
        ("pinterest.com.mx", "social"),
        ("t.co", "social"),
        ("x.com", "social"),
        ("m.youtube.com", "video"),
        ("youtu.be", "video"),
        ("articulo.mercadolibre.com.ar", ""),
        ("listado.mercadolibre.com.ar", ""),
        ("www.mercadolibre.com.ar", "shopping"),
        ("amazon.com.br", "shopping"),
        ("google.partner.com", ""),
        ("notgoogle.com", ""),
        ("com.ar", ""),
    ],
)
def test_referrer_hosts_are_read_as_their_brand(source: str, category: str) -> None:
    assert source_category(normalise_source(source)) == category


def test_normalise_source() -> None:
    assert normalise_source("  HTTPS://user@WWW.Google.com.ar:443/search?q=1 ") == "google.com.ar"
    assert normalise_source("Google Shopping") == "google shopping"
    assert normalise_source(None) == ""


def test_the_sets_are_what_they_say() -> None:
    assert len(CHANNELS) == 20
    assert PAID == (
        "cross_network", "paid_shopping", "paid_search", "paid_social", "paid_video", "display",
        "paid_other",
    )  # fmt: skip
    assert set(CODES) - set(CREDITED) == {"direct", "unassigned"}
    assert sorted(COLOUR_ORDER) == sorted(CODES)


def test_no_source_has_two_categories() -> None:
    lists = [
        value
        for name, value in vars(channel_sources).items()
        if name.endswith(("_BRANDS", "_SITES")) and isinstance(value, str)
    ]
    assert len(lists) == 13
    names = [source for each in lists for source in each.split()]
    assert len(names) == len(set(names))
    assert all("." not in brand for brand in channel_sources.BRANDS)
