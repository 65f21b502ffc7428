"""All rows that a list was narrowed to, on whatever page: changed and removed in one act, up to a limit."""

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from accounts.tenancy import tenant_scope
from campaigns.models import Customer
from tests.campaigns.test_record_pages import address, browser_of, told
from tests.cast import Cast


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    """60 bars and 2 shops: more than a page."""
    own = {"agency": cast.aurora, "client": cast.bodega}
    names = [*(f"Bar {number}" for number in range(60)), "Shop 1", "Shop 2"]
    with tenant_scope(cast.aurora.pk):
        Customer.objects.bulk_create(Customer(**own, external_id=name, name=name) for name in names)
    return cast


@pytest.fixture
def marta(crowd: Cast) -> Browser:
    return browser_of(crowd.marta)


def bulk(browser: Browser, do: str, asked: str = "q=bar", **more: str) -> HttpResponse:
    """Two rows of the page are ticked, and that all are meant."""
    said = {"ids": ["1", "2"], "all": "yes", "asked": asked, "do": do, **more}
    return browser.post(address("customer_list_bulk"), said)


def countries(cast: Cast) -> dict[str, int]:
    with tenant_scope(cast.aurora.pk):
        found = [row.country for row in Customer.objects.order_by("country")]
    return {country: found.count(country) for country in found}


def test_all_that_fit_are_changed_and_undone_as_one(crowd: Cast, marta: Browser) -> None:
    form = bulk(marta, "edit")
    assert "Change 60 rows" in form.content.decode()
    said = {"ids": form.context["ids_text"], "salesperson": "keep", "country": "PT", "do": "save"}  # type: ignore[attr-defined]
    ((words, undo),) = told(marta.post(address("customer_list_bulk"), said))
    assert (words, countries(crowd)) == ("60 rows changed.", {"": 2, "PT": 60})
    marta.post(undo)
    assert countries(crowd) == {"": 62}


def test_all_that_fit_are_removed(crowd: Cast, marta: Browser) -> None:
    ((words, undo),) = told(bulk(marta, "remove", "q=bar&sort=-name&after=nonsense"))
    assert (words, countries(crowd)) == ("60 rows removed.", {"": 2})
    marta.post(undo)
    assert countries(crowd) == {"": 62}


def test_the_list_offers_it_where_there_is_more_than_a_page(crowd: Cast, marta: Browser) -> None:
    assert "All 62, on every page" in marta.get(address("customer_list")).content.decode()
    page = marta.get(address("customer_list"), {"q": "shop"}).content.decode()
    assert 'name="all"' not in page


def test_more_than_an_act_takes_is_said_and_nothing_happens(crowd: Cast, marta: Browser) -> None:
    """62 and 940 are 1,002. Said as Spain writes it, where the clients are."""
    own = {"agency": crowd.aurora, "client": crowd.bodega}
    with tenant_scope(crowd.aurora.pk):
        Customer.objects.bulk_create(
            Customer(**own, external_id=f"Bar X{number}") for number in range(940)
        )
    answer = bulk(marta, "remove", asked="", next=address("customer_list") + "?q=")
    assert answer.status_code == 302
    assert told(answer)[0][0].startswith("At most 1.000 rows go in one act.")
    assert countries(crowd) == {"": 1002}


@pytest.mark.parametrize("asked", ["salesperson=x&%ff", "q=\x00", "&&&=", "q=nobody"])
def test_nonsense_chooses_nobody_or_what_the_list_would_show(
    crowd: Cast, marta: Browser, asked: str
) -> None:
    assert bulk(marta, "edit", asked).status_code in (200, 302)
    assert countries(crowd) == {"": 62}


def test_who_may_not_edit_chooses_nobody(crowd: Cast) -> None:
    for user, status in ((crowd.ana, 403), (crowd.vera, 403), (crowd.malena, 404)):
        assert bulk(browser_of(user), "remove").status_code == status
    assert countries(crowd) == {"": 62}
