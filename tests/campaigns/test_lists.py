"""Every list: shows its rows, is searched, narrowed, ordered, paged, taken away as CSV; for whom."""

import csv
from datetime import date
from io import StringIO
from itertools import chain
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from accounts.models import Membership
from accounts.tenancy import tenant_scope
from campaigns.lists import LISTS
from campaigns.lists.asking import asked_of
from campaigns.lists.reading import Page, page_asked
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    Interaction,
    Lead,
    Product,
    Refund,
    Sale,
    Salesperson,
)
from campaigns.urls import PLACES
from tests.cast import Cast

BODEGA = "/a/aurora/c/bodega/"
DAY = date(2026, 3, 9)


def place(key: str) -> str:
    return BODEGA + PLACES[key]


def fact(cast: Cast, number: int) -> dict[str, Any]:
    return {
        "agency": cast.aurora, "client": cast.bodega, "source": "crm",
        "external_id": f"no-{number}", "tz": "Europe/Madrid",
    }  # fmt: skip


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    """Two rows of every kind: Íñigo García's and Ana López's."""
    with tenant_scope(cast.aurora.pk):
        own = {"agency": cast.aurora, "client": cast.bodega}
        for number, (name, day, amount) in enumerate(
            [("Íñigo García", date(2026, 3, 2), "120.50"), ("Ana López", DAY, "80")], start=1
        ):
            campaign = Campaign.objects.create(
                **own, external_id=f"c{number}", name=f"Campaña de {name}"
            )
            seller = Salesperson.objects.create(**own, external_id=f"s{number}", name=name)
            buyer = Customer.objects.create(**own, external_id=f"b{number}", name=name)
            touch = {
                "campaign": campaign, "salesperson": seller,
                "channel": ("paid_search", "email")[number - 1],
            }  # fmt: skip
            Product.objects.create(**own, external_id=f"p{number}", name=name)
            CustomerTerm.objects.create(**fact(cast, number), customer=buyer, starts_on=day)
            lead = Lead.objects.create(
                **fact(cast, number), **touch, name=name, phone=f"+34 600 11 22 3{number}",
                email=f"persona.{number}@bodega.es", created_date=day, amount=amount, currency="EUR",
            )  # fmt: skip
            sale = Sale.objects.create(
                **fact(cast, number), **touch, customer=buyer, sold_date=day, amount=amount,
                currency="EUR",
            )  # fmt: skip
            Refund.objects.create(
                **fact(cast, number), **touch, sale=sale, refunded_date=day, amount=amount,
                currency="EUR",
            )  # fmt: skip
            Interaction.objects.create(
                **fact(cast, number), lead=lead, kind="call", happened_date=day, salesperson=seller
            )
            period = {"starts_on": day, "ends_on": day, "amount": amount, "currency": "EUR"}
            Cost.objects.create(
                **fact(cast, number), **period, layer="fee", description=name, campaign=campaign
            )
            Budget.objects.create(**fact(cast, number), **period, campaign=campaign)
    return cast


#: What the first column of each list says, in its usual order.
SHOWN = {
    "leads": ["Ana López", "Íñigo García"],
    "interactions": ["Ana López", "Íñigo García"],
    "salespeople": ["Ana López", "Íñigo García"],
    "sales": ["Ana López", "Íñigo García"],
    "refunds": ["Ana López", "Íñigo García"],
    "customers": ["Ana López", "Íñigo García"],
    "products": ["Ana López", "Íñigo García"],
    "terms": ["Ana López", "Íñigo García"],
    "campaigns": ["Campaña de Ana López", "Campaña de Íñigo García"],
    "costs": ["Ana López", "Íñigo García"],
    "budgets": ["Campaña de Ana López", "Campaña de Íñigo García"],
}
#: The capability each list asks for decides who sees it.
READERS = {
    "see_leads": {"alicia", "marta", "ana", "sergio"},
    "see_data": {"alicia", "marta", "ana"},
    "see_costs": {"alicia", "marta", "ana"},
}


def titles(answer: HttpResponse) -> list[str]:
    assert answer.status_code == 200
    return [line.title for line in answer.context["lines"]]  # type: ignore[attr-defined]


@pytest.fixture
def browser(client: Browser, shelf: Cast) -> Browser:
    client.force_login(shelf.alicia)
    return client


@pytest.mark.parametrize("key", LISTS)
def test_shows_every_row_with_every_column(browser: Browser, key: str) -> None:
    answer = browser.get(place(key))
    assert titles(answer) == SHOWN[key]
    page = answer.content.decode()
    assert all(str(column.label) in page for column in LISTS[key].columns)
    assert "2 rows" in page


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("end", ["", "rows.csv"])
def test_every_cell_says_a_value(browser: Browser, key: str, end: str) -> None:
    """And none the method that would have made it."""
    assert "functools" not in browser.get(place(key) + end).content.decode()


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("words", ["garcía", "GARCIA", "iñi", "inigo garc"])
def test_is_searched_by_the_beginning_of_any_word(browser: Browser, key: str, words: str) -> None:
    assert titles(browser.get(place(key), {"q": words})) == [SHOWN[key][1]]
    assert titles(browser.get(place(key), {"q": "arcia"})) == []  # not its beginning


def test_a_lead_is_found_by_phone_and_mail_however_they_are_written(browser: Browser) -> None:
    for words in ("600112231", "+34 600-11-22-31", "34600112231", "persona.1@bodega", "persona 1"):
        assert titles(browser.get(place("leads"), {"q": words})) == ["Íñigo García"], words


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "?", "\x00", "<b>", "%%' OR 1=1"])
def test_signs_find_nothing_and_break_nothing(browser: Browser, words: str) -> None:
    assert titles(browser.get(place("leads"), {"q": words})) in ([], SHOWN["leads"])


@pytest.mark.parametrize("key", LISTS)
def test_every_filter_with_each_of_its_options_answers(browser: Browser, key: str) -> None:
    """Each row is in exactly one of the options of a choice that everybody has a value of."""
    for control in browser.get(place(key)).context["controls"]:
        for value, _words, _chosen in control.options[1:]:
            found = titles(browser.get(place(key), {control.key: value}))
            assert set(found) <= set(SHOWN[key])
    for name in ("from", "to"):
        titles(browser.get(place(key), {name: "2026-03-09"}))


def test_contracts_are_narrowed_to_those_in_force_on_a_day(browser: Browser, shelf: Cast) -> None:
    """Íñigo's from 2 March until further notice; Ana's from 9 March to the 20th."""
    with tenant_scope(shelf.aurora.pk):
        CustomerTerm.objects.filter(starts_on=DAY).update(ends_on=date(2026, 3, 20))
    expected = {"2026-03-01": 0, "2026-03-02": 1, "2026-03-09": 2, "2026-03-20": 2, "2026-03-21": 1}
    found = {day: len(titles(browser.get(place("terms"), {"on": day}))) for day in expected}
    assert found == expected


def test_filters_narrow_and_stand_in_the_address(browser: Browser) -> None:
    leads = place("leads")
    assert titles(browser.get(leads, {"channel": "email"})) == ["Ana López"]
    assert titles(browser.get(leads, {"from": "2026-03-03"})) == ["Ana López"]
    assert titles(browser.get(leads, {"to": "2026-03-03"})) == ["Íñigo García"]
    assert titles(browser.get(leads, {"status": "spam"})) == []
    assert titles(browser.get(leads, {"status": "all"})) == SHOWN["leads"]
    answer = browser.get(leads, {"channel": "email", "q": "ana"})
    assert 'value="email" selected' in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"channel": "nonsense"}, {"salesperson": "x"}, {"salesperson": "9" * 30}, {"from": "2026-13-40"},
        {"sort": "nonsense"}, {"after": "%%%"}, {"after": "W251bGwsIDFd"}, {"before": "WzEsIDJd"},
        {"stage": "\x00"}, {"q": "x" * 5000}, {"campaign": "²"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_narrows_nothing_or_finds_nothing(
    browser: Browser, query: dict[str, str]
) -> None:
    assert set(titles(browser.get(place("leads"), query))) <= set(SHOWN["leads"])


def read(cast: Cast, key: str, size: int = 50, **query: str) -> tuple[list[str], Page]:
    """A page of some size, as a view reads it."""
    kind = LISTS[key]
    with tenant_scope(cast.aurora.pk):
        page = page_asked(kind, cast.bodega, asked_of(kind, cast.bodega, query), size)
        return [str(kind.columns[0].value(row)) for row in page.rows], page


def walked(cast: Cast, key: str, size: int, sort: str) -> tuple[list[str], list[str]]:
    """All pages forwards, then back again from the last."""
    seen, page = read(cast, key, size, sort=sort)
    forwards = [seen]
    while page.after:
        seen, page = read(cast, key, size, sort=sort, after=page.after)
        forwards.append(seen)
    backwards = [seen]
    while page.before:
        seen, page = read(cast, key, size, sort=sort, before=page.before)
        backwards.insert(0, seen)
    return [*chain(*forwards)], [*chain(*backwards)]


@pytest.mark.parametrize("key", LISTS)
def test_every_order_has_every_row_page_by_page_both_ways(shelf: Cast, key: str) -> None:
    for name in LISTS[key].orders:
        up, up_back = walked(shelf, key, 1, name)
        down, down_back = walked(shelf, key, 1, f"-{name}")
        assert up == up_back and down == down_back
        assert sorted(up) == sorted(SHOWN[key])
        if not LISTS[key].orders[name].has_gaps:
            assert down == up[::-1]


def test_pages_lose_no_row_among_equal_and_missing_values(shelf: Cast) -> None:
    """11 leads: 120.50, 80, and of the other nine every third without an amount, the rest 10."""
    with tenant_scope(shelf.aurora.pk):
        for number in range(3, 12):
            Lead.objects.create(
                **fact(shelf, number), name=f"L{number}", created_date=DAY,
                amount=[None, 10, 10][number % 3], currency="EUR",
            )  # fmt: skip
    for size in (1, 2, 3, 4, 50):
        for sort in ("amount", "-amount", "created", "-created", "closed"):
            forwards, backwards = walked(shelf, "leads", size, sort)
            assert forwards == backwards == read(shelf, "leads", sort=sort)[0]
            assert len(set(forwards)) == 11
    assert read(shelf, "leads", sort="-amount")[0] == [
        "Íñigo García", "Ana López", "L11", "L10", "L8", "L7", "L5", "L4", "L9", "L6", "L3",
    ]  # fmt: skip


@pytest.mark.parametrize("key", LISTS)
def test_csv_has_what_the_list_has_with_exact_numbers(browser: Browser, key: str) -> None:
    answer = browser.get(place(key) + "rows.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, *lines = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert [line[0] for line in lines] == SHOWN[key]
    assert {len(line) for line in lines} == {len(head)}
    if LISTS[key].sums:
        at = head.index("Amount")
        assert [line[at : at + 2] for line in lines] == [["80", "EUR"], ["120.5", "EUR"]]


def test_no_cell_of_a_csv_is_a_formula(browser: Browser, shelf: Cast) -> None:
    with tenant_scope(shelf.aurora.pk):
        Lead.objects.create(**fact(shelf, 9), name="=HYPERLINK(1)", created_date=DAY)
    text = browser.get(place("leads") + "rows.csv", {"q": "hyperlink"}).content.decode()
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK" not in text


def test_sums_are_of_what_is_asked_for_by_currency(browser: Browser) -> None:
    """120.50 + 80 = 200.50; Ana's alone 80. Written as in Spain, where the clients are."""
    assert "together 200,50 EUR" in browser.get(place("sales")).content.decode()
    assert "together 80,00 EUR" in browser.get(place("sales"), {"q": "ana"}).content.decode()


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("end", ["", "rows.csv"])
def test_is_for_who_may_and_foreign_to_malena(
    client: Browser, shelf: Cast, key: str, end: str
) -> None:
    found = {}
    for name in ("alicia", "marta", "ana", "sergio", "vera", "malena"):
        client.force_login(getattr(shelf, name))
        found[name] = client.get(place(key) + end).status_code
    may = READERS[LISTS[key].see]
    assert found == {
        name: 404 if name == "malena" else 200 if name in may else 403 for name in found
    }


def test_no_list_shows_another_clients_rows(browser: Browser, shelf: Cast) -> None:
    for key in LISTS:
        assert titles(browser.get(place(key).replace("bodega", "cafe"))) == []


@pytest.mark.parametrize("key", LISTS)
def test_an_empty_list_says_what_to_do_next(client: Browser, cast: Cast, key: str) -> None:
    client.force_login(cast.alicia)
    page = client.get(place(key))
    assert str(LISTS[key].empty.title) in page.content.decode()
    assert "Nothing fits" in client.get(place(key), {"q": "nobody"}).content.decode()


def test_a_sellers_list_begins_with_their_own_leads(client: Browser, shelf: Cast) -> None:
    with tenant_scope(shelf.aurora.pk):
        Salesperson.objects.filter(name="Íñigo García").update(
            membership=Membership.objects.get(user=shelf.sergio)
        )
    client.force_login(shelf.sergio)
    assert titles(client.get(place("leads"))) == ["Íñigo García"]
    assert titles(client.get(place("leads"), {"salesperson": "all"})) == SHOWN["leads"]
    client.force_login(shelf.alicia)
    assert titles(client.get(place("leads"))) == SHOWN["leads"]
