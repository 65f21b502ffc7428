"""The agency's colour: readable on both grounds, whatever it is, and never a style on the page."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.branding import (
    DARK_SURFACE,
    LIGHT_SURFACE,
    READABLE,
    contrast,
    palette,
    readable_on,
    stylesheet,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_by_hand() -> None:
    # WCAG 2.2: white on black (1 + 0.05) / (0 + 0.05) = 21; #767676 is the classic 4.54 on white
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_a_readable_colour_is_kept() -> None:
    assert readable_on("#0f766e", LIGHT_SURFACE) == "#0f766e"


@given(COLOURS)
def test_every_colour_becomes_readable(colour: str) -> None:
    its = palette(colour)
    assert contrast(its.light, LIGHT_SURFACE) >= READABLE
    assert contrast(its.dark, DARK_SURFACE) >= READABLE
    assert contrast(its.on_light, its.light) >= READABLE
    assert contrast(its.on_dark, its.dark) >= READABLE


def test_a_yellow_is_darkened_for_paper_and_kept_for_the_dark() -> None:
    its = palette("#facc15")
    assert its.light != "#facc15" and its.dark == "#facc15"


@pytest.mark.django_db
def test_stylesheet(client: Client) -> None:
    page = client.get("/brand/0F766E.css")
    assert (page.status_code, page["Content-Type"]) == (200, "text/css")
    assert page["Cache-Control"] == "public, max-age=31536000, immutable"
    assert page.content.decode() == stylesheet("#0f766e")
    assert ":root{--accent:#0f766e;--on-accent:#ffffff}" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/brand/red.css", "/brand/0f766.css", "/brand/0f766e};x.css"])
def test_nothing_else_is_a_colour(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
