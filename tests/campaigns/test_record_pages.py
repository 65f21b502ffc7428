"""Every kind of row by its pages: added, changed, many changed, removed, undone; with its history."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.toasts import undo_address
from campaigns.forms.records import BULK
from campaigns.lists import LISTS
from campaigns.models import Act, Customer, Lead, Sale
from campaigns.records import KINDS
from tests.cast import Cast

DAY = "2026-03-09"
MONEY = {"amount": "120.50", "currency": "EUR"}
PERIOD = {"starts_on": DAY, "ends_on": DAY, **MONEY}
#: What is typed for a new row, and what is changed: a field, what is typed, what then stands there.
TYPED: dict[str, tuple[dict[str, str], tuple[str, str, Any]]] = {
    "leads": ({"name": "Íñigo", "created_date": DAY, "status": "valid"}, ("phone", "600", "600")),
    "salespeople": ({"name": "Eva"}, ("name", "Eva Sanz", "Eva Sanz")),
    "customers": ({"name": "Bar Pepe"}, ("country", "ES", "ES")),
    "products": ({"name": "Malbec"}, ("name", "Malbec 2024", "Malbec 2024")),
    "terms": ({"starts_on": DAY}, ("ends_on", "2026-03-31", date(2026, 3, 31))),
    "campaigns": ({"name": "Fair"}, ("platform", "Meta", "Meta")),
    "sales": ({**MONEY, "sold_date": DAY}, ("country", "PT", "PT")),
    "refunds": ({**MONEY, "refunded_date": DAY}, ("refunded_date", "2026-03-10", date(2026, 3, 10))),
    "costs": ({**PERIOD, "layer": "fee"}, ("description", "Retainer", "Retainer")),
    "budgets": (PERIOD, ("channel", "email", "email")),
    "interactions": ({"kind": "call", "happened_date": DAY}, ("kind", "visit", "visit")),
}  # fmt: skip
#: What a list gives many rows at once, as it is typed.
MANY = {
    "leads": {"channel": "email", "status": "keep"}, "salespeople": {"ended_on": DAY},
    "customers": {"country": "PT"}, "campaigns": {"platform": "TikTok"}, "sales": {"country": "FR"},
    "terms": {"ends_on": "2026-04-30"},
    "costs": {"layer": "tools"}, "budgets": {"channel": "display"}, "interactions": {"kind": "mail"},
}  # fmt: skip


def address(name: str, *numbers: int, client: str = "bodega") -> str:
    return reverse(name, args=["aurora", client, *numbers])


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def new(key: str) -> str:
    return address(f"{LISTS[key].one}_new")


def page(key: str, number: int) -> str:
    return address("lead_edit" if key == "leads" else f"{LISTS[key].one}_detail", number)


def told(answer: HttpResponse) -> list[tuple[str, str]]:
    """The newest message, with where its Undo leads; earlier ones wait for a page to show them."""
    found = get_messages(answer.wsgi_request)  # type: ignore[attr-defined]
    return [(str(each), undo_address(each)) for each in found][-1:]


@pytest.fixture
def typed(cast: Cast) -> Callable[[str], dict[str, str]]:
    """The form of a kind; a contact needs somebody to be with, a contract whose it is."""

    def fields(key: str) -> dict[str, str]:
        whole = dict(TYPED[key][0])
        if key == "interactions":
            browser_of(cast.marta).post(new("leads"), TYPED["leads"][0])
            with tenant_scope(cast.aurora.pk):
                whole["lead"] = str(Lead.objects.latest("pk").pk)
        if key == "terms":
            with tenant_scope(cast.aurora.pk):
                own = {"agency": cast.aurora, "client": cast.bodega, "external_id": "B"}
                whole["customer"] = str(Customer.objects.get_or_create(**own)[0].pk)
        return whole

    return fields


def rows(cast: Cast, key: str) -> list[Any]:
    with tenant_scope(cast.aurora.pk):
        return list(KINDS[key].model.objects.filter(client=cast.bodega).order_by("pk"))


@pytest.mark.parametrize("key", LISTS)
def test_a_row_is_added_changed_removed_and_each_is_undone(
    cast: Cast, typed: Callable[[str], dict[str, str]], key: str
) -> None:
    browser, fields = browser_of(cast.marta), typed(key)
    field, text, value = TYPED[key][1]
    assert browser.get(new(key)).status_code == 200

    answer = browser.post(new(key), fields)
    assert answer.status_code == 302 and answer["Location"] == address(LISTS[key].route)
    (row,) = rows(cast, key)
    ((words, _undo),) = told(answer)
    assert words == "Added."

    edit = {**fields, field: text}
    answer = browser.post(page(key, row.pk), edit)
    assert answer.status_code == 302
    column = "refunded_on" if field == "refunded_date" else field
    assert getattr(rows(cast, key)[0], column) == value
    ((words, undo),) = told(answer)
    assert words == "Saved." and undo
    was = getattr(row, column)
    assert browser.post(undo).status_code == 302
    assert getattr(rows(cast, key)[0], column) == was

    answer = browser.post(address(f"{LISTS[key].one}_remove", row.pk))
    ((words, undo),) = told(answer)
    assert (rows(cast, key), words) == ([], "Removed.")
    ((words, again),) = told(browser.post(undo))
    assert [each.pk for each in rows(cast, key)] == [row.pk]
    browser.post(again)  # the undo is undone: it is gone again
    assert rows(cast, key) == []


@pytest.mark.parametrize("key", LISTS)
def test_the_page_of_a_row_tells_who_changed_what(
    cast: Cast, typed: Callable[[str], dict[str, str]], key: str
) -> None:
    browser, fields = browser_of(cast.marta), typed(key)
    browser.post(new(key), fields)
    number = rows(cast, key)[0].pk
    field, text, _value = TYPED[key][1]
    browser.post(page(key, number), {**fields, field: text})
    for reader in (cast.marta, cast.ana):
        answer = browser_of(reader).get(page(key, number))
        changes = answer.context["changes"]
        assert [(each.what, each.who) for each in changes] == [
            ("Changed", "Marta"), ("Added", "Marta"),
        ]  # fmt: skip
        assert len(changes[0].lines) == 1
        main = answer.content.decode().split('id="main"')[1].split("</main>")[0]
        assert ("<form" in main) is (reader == cast.marta)


@pytest.mark.parametrize("key", [key for key in LISTS if BULK[key]])
def test_many_rows_get_the_same_values_and_go_together(
    cast: Cast, typed: Callable[[str], dict[str, str]], key: str
) -> None:
    browser = browser_of(cast.marta)
    for _number in range(3):
        browser.post(new(key), typed(key))
    before = [[getattr(row, name) for name in MANY[key]] for row in rows(cast, key)]
    first, second, third = (row.pk for row in rows(cast, key))
    chosen = {"ids": [first, second], "next": address(LISTS[key].route) + "?q=x"}
    bulk = address(f"{LISTS[key].route}_bulk")
    form = browser.post(bulk, {**chosen, "do": "edit"})
    assert form.status_code == 200 and set(form.context["form"].fields) == set(BULK[key])

    keep = dict.fromkeys(form.context["form"].fields, "keep") | MANY[key]
    keep |= {name: "" for name in ("platform", "starts_on", "ends_on") if name not in MANY[key]}
    answer = browser.post(bulk, {**chosen, **keep, "do": "save"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"] == chosen["next"]
    ((words, undo),) = told(answer)
    assert words == "2 rows changed."
    name, text = next(iter(MANY[key].items()))
    assert [str(getattr(row, name)) == text for row in rows(cast, key)] == [True, True, False]
    browser.post(undo)
    assert [[getattr(row, name) for name in MANY[key]] for row in rows(cast, key)] == before

    ((words, undo),) = told(browser.post(bulk, {**chosen, "do": "remove"}))
    assert (words, [row.pk for row in rows(cast, key)]) == ("2 rows removed.", [third])
    browser.post(undo)
    assert [row.pk for row in rows(cast, key)] == [first, second, third]


@pytest.mark.parametrize("key", LISTS)
def test_who_only_reads_changes_nothing_and_malena_finds_nothing(
    cast: Cast, typed: Callable[[str], dict[str, str]], key: str
) -> None:
    fields = typed(key)
    browser_of(cast.marta).post(new(key), fields)
    row = rows(cast, key)[0]
    bulk = {"ids": [row.pk], "do": "remove"}
    for user, status in ((cast.ana, 403), (cast.vera, 403), (cast.malena, 404)):
        browser = browser_of(user)
        assert browser.post(new(key), fields).status_code == status
        assert browser.post(page(key, row.pk), fields).status_code == status
        remove = address(f"{LISTS[key].one}_remove", row.pk)
        assert browser.post(remove).status_code == status
        assert browser.post(address(f"{LISTS[key].route}_bulk"), bulk).status_code == status
    elsewhere = reverse(
        "lead_edit" if key == "leads" else f"{LISTS[key].one}_detail",
        args=["aurora", "cafe", row.pk],
    )
    assert browser_of(cast.marta).get(elsewhere).status_code == 404
    foreign = address(f"{LISTS[key].route}_bulk", client="cafe")
    browser_of(cast.marta).post(foreign, bulk)
    assert [each.pk for each in rows(cast, key)] == [row.pk]


@pytest.mark.parametrize("key", LISTS)
def test_what_cannot_be_is_told_and_nothing_is_written(
    cast: Cast, typed: Callable[[str], dict[str, str]], key: str
) -> None:
    """Nothing typed but nonsense: the form says so at a field or above, and keeps what was typed."""
    wrong = {
        name: "31 February" if name.endswith(("_date", "_on")) else "-1" if name == "amount" else "\x00"
        for name in typed(key)
    }  # fmt: skip
    answer = browser_of(cast.marta).post(new(key), wrong)
    assert answer.status_code == 422 and answer.context["form"].errors
    assert rows(cast, key) == []


def test_an_undo_is_refused_where_the_row_was_changed_since(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    browser.post(new("costs"), TYPED["costs"][0])
    number = rows(cast, "costs")[0].pk
    first = told(browser.post(page("costs", number), {**TYPED["costs"][0], "amount": "1"}))[0][1]
    browser.post(page("costs", number), {**TYPED["costs"][0], "amount": "2"})
    ((words, undo),) = told(browser.post(first))
    assert "Marta" in words and not undo
    assert rows(cast, "costs")[0].amount == 2


def test_an_undo_of_another_client_or_a_kind_one_may_not_write_is_refused(cast: Cast) -> None:
    browser_of(cast.marta).post(new("costs"), TYPED["costs"][0])
    with tenant_scope(cast.aurora.pk):
        act = Act.objects.get()
    assert browser_of(cast.sergio).post(address("record_undo", act.pk)).status_code == 403
    assert browser_of(cast.ana).post(address("record_undo", act.pk)).status_code == 403
    assert browser_of(cast.malena).post(address("record_undo", act.pk)).status_code == 404
    cafe = address("record_undo", act.pk, client="cafe")
    assert browser_of(cast.marta).post(cafe).status_code == 404
    assert len(rows(cast, "costs")) == 1


def test_a_lead_with_a_sale_goes_only_when_it_is_said_that_the_sale_goes_too(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    browser.post(new("leads"), TYPED["leads"][0])
    number = rows(cast, "leads")[0].pk
    browser.post(address("lead_move", number), {"stage": "customer", "on": DAY, "amount": "9"})
    answer = browser.post(address("lead_remove", number))
    assert answer.status_code == 409 and "sale" in answer.context["refusal"]
    assert len(rows(cast, "leads")) == 1
    ((words, undo),) = told(browser.post(address("lead_remove", number), {"whole": "yes"}))
    assert words == "Removed. Along with it: 1 sales."
    assert rows(cast, "leads") == []
    browser.post(undo)
    with tenant_scope(cast.aurora.pk):
        assert (Lead.objects.get().outcome, Sale.objects.get().amount) == ("won", 9)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/a/", "/admin/", "javascript:1"]
)
def test_nobody_is_sent_elsewhere(cast: Cast, wanted: str) -> None:
    browser = browser_of(cast.marta)
    answer = browser.post(new("costs"), {**TYPED["costs"][0], "next": wanted})
    assert answer["Location"] == address("costs")
    number = rows(cast, "costs")[0].pk
    form = browser.post(address("costs_bulk"), {"ids": number, "do": "edit", "next": wanted})
    assert wanted not in form.content.decode()


def test_rows_are_picked_by_the_beginning_of_a_word(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    for name in ("Bar Pepe", "Casa Ñora", "Pepa Gil"):
        browser.post(new("customers"), {"name": name, "external_id": name[0]})
    found = browser.get(address("customer_list_find"), {"find": "pep", "field": "customer"})
    assert [each.text for each in found.context["offers"]] == ["Pepa Gil · P", "Bar Pepe · B"]
    assert 'name="customer"' in found.content.decode()
    assert browser_of(cast.sergio).get(address("customer_list_find")).status_code == 403
    number = rows(cast, "customers")[1].pk
    browser.post(new("sales"), {**TYPED["sales"][0], "customer": str(number)})
    assert rows(cast, "sales")[0].customer_id == number
    answer = browser.post(new("sales"), {**TYPED["sales"][0], "customer": str(number + 99)})
    assert list(answer.context["form"].errors) == ["customer"]


def test_no_name_becomes_markup(cast: Cast) -> None:
    browser, evil = browser_of(cast.marta), "<img src=x onerror=alert(1)>"
    browser.post(new("customers"), {"name": evil, "external_id": evil})
    number = rows(cast, "customers")[0].pk
    for path in (
        address("customer_list"), page("customers", number),
        address("customer_list_find") + "?field=customer&find=img",
        address("customer_list_find") + "?field=" + evil,
    ):  # fmt: skip
        assert "<img src=x" not in browser.get(path).content.decode()


def test_a_partial_answer_carries_its_messages_as_an_event(cast: Cast) -> None:
    browser = browser_of(cast.marta)
    browser.post(new("costs"), TYPED["costs"][0], headers={"HX-Request": "true"})
    answer = browser.get(address("costs"), headers={"HX-Request": "true", "HX-Target": "rows"})
    assert '"rumbo:toasts"' in answer["HX-Trigger"] and '"text": "Added."' in answer["HX-Trigger"]
    assert "/undo/" in answer["HX-Trigger"]
    again = browser.get(address("costs"), headers={"HX-Request": "true", "HX-Target": "rows"})
    assert "HX-Trigger" not in again
