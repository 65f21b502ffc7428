"""Salespeople and members who have left: what is past stays theirs, and forms do not unlink them."""

from accounts.models import Membership
from accounts.tenancy import tenant_scope
from campaigns.models import Salesperson
from tests.campaigns.test_record_pages import address, browser_of
from tests.cast import Cast


def test_a_salesperson_stays_the_member_who_has_left(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        sergio = Membership.objects.get(agency=cast.aurora, user=cast.sergio)
        own = {"agency": cast.aurora, "client": cast.bodega}
        person = Salesperson.objects.create(
            **own, external_id="s", name="Sergio", membership=sergio
        )
        Membership.objects.filter(pk=sergio.pk).update(ended_on="2026-03-01")
    browser, detail = browser_of(cast.marta), address("salesperson_detail", person.pk)
    assert "Sergio (has left)" in browser.get(detail).content.decode()
    browser.post(detail, {"name": "Sergio Lagos", "membership": str(sergio.pk)})
    with tenant_scope(cast.aurora.pk):
        person.refresh_from_db()
    assert (person.name, person.membership_id) == ("Sergio Lagos", sergio.pk)
    assert "Sergio (has left)" not in browser.get(address("salesperson_new")).content.decode()


def test_a_salesperson_who_has_left_is_offered_last_and_marked(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        own = {"agency": cast.aurora, "client": cast.bodega}
        Salesperson.objects.create(**own, external_id="1", name="Adela", ended_on="2026-02-01")
        Salesperson.objects.create(**own, external_id="2", name="Zoe")
    page = browser_of(cast.marta).get(address("sale_new")).content.decode()
    assert page.index(">Zoe<") < page.index(">Adela (has left)<")
