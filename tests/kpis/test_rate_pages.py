"""The page of exchange rates: what is stored and what waits, a file in, one typed and taken back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from accounts.models import Membership, MembershipClient, User
from accounts.tenancy import tenant_scope
from kpis.models import DailyTotal, ExchangeRate
from tests.cast import Cast
from tests.kpis.test_rate_files import FILE

PAGE, SEND = "/a/aurora/rates/", "/a/aurora/rates/file/"


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def send(browser: Browser, content: bytes = FILE, since: str = "2026-03-01") -> Any:
    file = SimpleUploadedFile("eurofxref-hist.csv", content)
    return browser.post(SEND, {"file": file, "since": since}, follow=True)


def typed(**changes: str) -> dict[str, str]:
    return {"day": "2026-03-03", "code": "BRL", "to": "USD", "rate": "0.17", **changes}


def stored(cast: Cast) -> list[Any]:
    with tenant_scope(cast.aurora.pk):
        rows = ExchangeRate.objects.order_by("pk")
        return list(rows.values_list("from_currency", "to_currency", "rate", "version"))


def test_it_works_empty(cast: Cast) -> None:
    page = browser_of(cast.alicia).get(PAGE)
    assert page.status_code == 200
    assert (page.context["pairs"], page.context["waiting"]) == ([], [])
    assert "No rates yet" in page.content.decode()


def test_it_shows_what_is_stored_and_what_waits(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for day in (3, 12, 13):
            DailyTotal.objects.create(
                agency=cast.aurora, client=cast.bodega, family="sales", day=date(2026, 3, day),
                currency="USD", order_value=1,
            )  # fmt: skip
    browser = browser_of(cast.marta)
    told = send(browser)
    assert "10 rates are stored" in told.content.decode()
    page = browser.get(PAGE)
    assert [(each.code, each.to) for each in page.context["pairs"]] == [
        ("BGN", "EUR"), ("EUR", "BGN"), ("EUR", "JPY"), ("EUR", "USD"), ("JPY", "EUR"), ("USD", "EUR"),
    ]  # fmt: skip
    euro = page.context["pairs"][3]
    assert (euro.first, euro.last, euro.rate, euro.days, euro.lacking_days) == (
        date(2026, 3, 3), date(2026, 3, 4), Decimal("1.0790"), 2, 0,
    )  # fmt: skip
    # The rate of 4 March reaches to the 11th; the import is offered from 7 days before the first.
    (waiting,) = page.context["waiting"]
    assert (waiting.code, waiting.to, waiting.days, waiting.first, waiting.last) == (
        "USD", "EUR", 2, date(2026, 3, 12), date(2026, 3, 13),
    )  # fmt: skip
    assert page.context["file_form"].initial["since"] == date(2026, 2, 24)


def test_it_shows_gaps(cast: Cast) -> None:
    browser = browser_of(cast.alicia)
    for day in ("2026-03-03", "2026-03-20"):
        browser.post(PAGE, typed(day=day))
    (pair,) = browser.get(PAGE).context["pairs"]
    # From the 3rd it reaches to the 10th: the 11th to the 19th are 9 days.
    assert (pair.lacking_days, pair.gap_first, pair.gap_last) == (
        9, date(2026, 3, 11), date(2026, 3, 19),
    )  # fmt: skip


def test_it_saves_corrects_and_takes_back_and_twice_is_once(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    for rate in ("0.17", "0.17", "0.18", ""):
        assert browser.post(PAGE, typed(rate=rate)).status_code == 302
    assert stored(cast) == [
        ("BRL", "USD", Decimal("0.17"), 1),
        ("BRL", "USD", Decimal("0.18"), 2),
        ("BRL", "USD", None, 3),
    ]
    assert browser.get(PAGE).context["pairs"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": "BRL"}, "to"),
        ({"rate": "0"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"day": "x"}, "day"),
    ],
)
def test_bad_input_is_said_at_its_field(cast: Cast, changes: dict[str, str], field: str) -> None:
    page = browser_of(cast.alicia).post(PAGE, typed(**changes))
    assert list(page.context["form"].errors) == [field]
    assert stored(cast) == []


def test_a_bad_file_is_refused_with_its_line(cast: Cast) -> None:
    page = send(browser_of(cast.alicia), b"Date,USD\n2026-03-03,zero\n")
    assert "Line 2, USD" in str(page.context["file_form"].errors["file"])
    assert stored(cast) == []


def test_who_is_limited_to_some_clients_reads_only(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        limited = limit(cast)
    browser = browser_of(limited)
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert not page.context["may_edit"]
    assert browser.post(PAGE, typed()).status_code == 403
    assert send(browser).status_code == 403


def limit(cast: Cast) -> User:
    """Marta, limited to Bodega. Inside the scope."""
    row = Membership.objects.get(agency=cast.aurora, user=cast.marta)
    row.sees_all_clients = False
    row.save()
    MembershipClient.objects.create(agency=cast.aurora, client=cast.bodega, membership=row)
    return cast.marta


def test_malena_is_refused(cast: Cast) -> None:
    assert browser_of(cast.malena).get(PAGE).status_code == 404
    assert send(browser_of(cast.malena)).status_code == 404


@pytest.mark.parametrize(
    ("language", "written"), [("es", "1,0850"), ("en", "1,0850"), ("pt", "1,0850")]
)
def test_a_rate_stands_there_so_that_it_can_be_typed_again(
    cast: Cast, language: str, written: str
) -> None:
    """1,085 looks like a thousand and eighty-five: a zero more and it does not. Aurora is in Madrid."""
    browser = Browser(headers={"accept-language": language})
    browser.force_login(cast.alicia)
    browser.post(PAGE, typed(rate="1.0850"))
    assert f">{written}<" in browser.get(PAGE).content.decode()
    browser.post(PAGE, typed(day="2026-03-04", rate=written))
    assert [rate for _from, _to, rate, _version in stored(cast)] == [Decimal("1.085")] * 2
