"""Amounts in lists, on the board, on a lead's page and in a history: written as in the fields and on the
pages of KPIs, by the country of the clients in sight and not by the language alone."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from accounts.models import Client
from accounts.numbers import country_said, exact_here, money_here, shown_here
from accounts.tenancy import tenant_scope
from campaigns.models import Lead
from kpis.pages.reader import Reader
from tests.cast import Cast


def page(cast: Cast, name: str, *numbers: int, language: str = "es") -> str:
    browser = Browser(headers={"accept-language": language})
    browser.force_login(cast.marta)
    answer = browser.get(reverse(name, args=["aurora", "bodega", *numbers]))
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


def leads(cast: Cast, zone: str, currency: str) -> Lead:
    """Two open ones, of 1234567.50 and 2.25, of clients that lie in one country."""
    with tenant_scope(cast.aurora.pk):
        Client.objects.update(time_zone=zone)
        own: dict[str, Any] = {
            "agency": cast.aurora, "client": cast.bodega, "source": "crm", "tz": "UTC",
            "created_date": date(2026, 3, 9), "currency": currency,
        }  # fmt: skip
        Lead.objects.create(**own, external_id="l2", name="Small", amount=Decimal("2.25"))
        return Lead.objects.create(
            **own, external_id="l1", name="Large", amount=Decimal("1234567.50")
        )


# The two amounts together are 1234569.75, on the board 1234570.
@pytest.mark.parametrize(
    ("zone", "large", "both", "whole", "field"),
    [
        ("America/Mexico_City", "1,234,567.50", "1,234,569.75", "1,234,570", "1,234,567.5"),
        ("Europe/Madrid", "1.234.567,50", "1.234.569,75", "1.234.570", "1.234.567,5"),
    ],
)
def test_every_page_of_a_client_writes_them_alike(
    cast: Cast, zone: str, large: str, both: str, whole: str, field: str
) -> None:
    lead = leads(cast, zone, "EUR")
    listed = page(cast, "leads")
    assert f"{large} EUR" in listed and f"{both} EUR" in listed
    board = page(cast, "lead_board")
    assert f"{large} EUR" in board and f"{whole} EUR" in board
    assert f"{large} EUR" in page(cast, "lead_detail", lead.pk)
    browser = Browser(headers={"accept-language": "es"})
    browser.force_login(cast.marta)
    form = browser.get(reverse("lead_edit", args=["aurora", "bodega", lead.pk])).content.decode()
    assert f'value="{field}"' in form


def test_a_currency_without_cents_has_none(cast: Cast) -> None:
    leads(cast, "America/Santiago", "CLP")
    listed = page(cast, "leads")
    # 1234567.50 and 1234569.75 to whole pesos, halves away from zero
    assert "1.234.568 CLP" in listed and "1.234.570 CLP" in listed


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize("country", ["MX", "AR", "ES", "CH", None])
def test_it_is_what_the_pages_of_kpis_write(language: str, country: str | None) -> None:
    zones = {"MX": "America/Mexico_City", "AR": "America/Argentina/Cordoba", "ES": "Europe/Madrid"}
    zones["CH"] = "Europe/Zurich"
    reader = Reader.of(language, [zones[country]] if country else [], "EUR")
    with override(language), country_said(lambda: country):
        for text in ("0", "-1234.565", "1234567.5", "999.995"):
            amount = Decimal(text)
            assert money_here(amount, "EUR") == reader.bare(amount, "money")
            assert shown_here(amount) == reader.number(amount, "count")
        assert exact_here(Decimal("0.004500")).replace(",", ".") == "0.0045"
        assert money_here(None, "EUR") == shown_here(None) == ""


def test_no_template_writes_numbers_by_the_language_alone() -> None:
    found = [
        path.name
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        if "|floatformat" in path.read_text() or "|intcomma" in path.read_text()
    ]
    assert found == []
