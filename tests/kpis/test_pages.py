"""The number pages as each person gets them."""

import pytest
from django.test import Client as Browser

from tests.cast import Cast


def test_portfolio_in_its_frame(client: Browser, cast: Cast) -> None:
    client.force_login(cast.alicia)
    page = client.get("/a/aurora/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Bodega" in text and "Cafe" in text and "Dulce" not in text
    assert "/brand/0f766e.css" in text
    assert " style=" not in text and "onclick" not in text


def test_portfolio_part_for_htmx(client: Browser, cast: Cast) -> None:
    client.force_login(cast.alicia)
    page = client.get("/a/aurora/", headers={"HX-Request": "true", "HX-Target": "main"})
    text = page.content.decode()
    assert "<html" not in text and '<main id="main"' in text


@pytest.mark.parametrize(("who", "status"), [("sergio", 403), ("malena", 404), ("vera", 200)])
def test_portfolio_is_for_who_sees_numbers(
    client: Browser, cast: Cast, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    page = client.get("/a/aurora/")
    assert page.status_code == status
    if status == 200:
        assert "Cafe" not in page.content.decode()
