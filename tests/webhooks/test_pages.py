"""The pages: a new endpoint whose secret is shown once, its log, sending again, off, on, and away."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.tenancy import tenant_scope
from tests.cast import Cast
from webhooks.endpoint_services import EndpointWish, endpoint_create, endpoint_test
from webhooks.handing import events_hand_out
from webhooks.keys import secrets_of
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.services import event_send

LIST = "/a/aurora/webhooks/"
FORM = {"name": "CRM", "url": "https://hooks.example/in?a=b", "has_all_clients": "on"}


def browser(user: User) -> Browser:
    found = Browser(headers={"accept-language": "en"})
    found.force_login(user)
    return found


@pytest.fixture
def alicia(cast: Cast) -> Browser:
    return browser(cast.alicia)


@pytest.fixture
def crm(cast: Cast) -> Endpoint:
    with tenant_scope(cast.aurora.pk):
        wish = EndpointWish("CRM", "https://hooks.example/in")
        return endpoint_create(cast.aurora, wish, None)[0]


def happen(cast: Cast, *keys: str) -> None:
    with tenant_scope(cast.aurora.pk):
        for key in keys:
            event_send(cast.aurora.pk, cast.bodega, "thing.happened", {"n": f"<b>{key}"}, key)
        events_hand_out(cast.aurora.pk, timezone.now())


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def states(cast: Cast) -> list[str]:
    with tenant_scope(cast.aurora.pk):
        return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_the_empty_list_says_what_to_do(alicia: Browser) -> None:
    answer = alicia.get(LIST)
    assert "No webhooks yet" in text(answer)
    assert "thing.happened Something happened." in text(answer)
    assert "import.failed" in text(answer) and "webhook.test" not in text(answer)


def test_the_secret_is_shown_once(cast: Cast, alicia: Browser) -> None:
    shown = alicia.post(f"{LIST}new/", FORM)
    assert shown.status_code == 200 and "no-store" in shown["Cache-Control"]
    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", shown.content.decode())
    with tenant_scope(cast.aurora.pk):
        [made] = Endpoint.objects.all()
        assert secrets_of(made, timezone.now()) == [secret]
        assert secret not in repr(made.__dict__) and made.secret.startswith("sealed:")
        assert (made.name, made.url, made.kinds, made.has_all_clients) == (
            "CRM", "https://hooks.example/in?a=b", [], True,
        )  # fmt: skip
        assert made.created_by.user == cast.alicia
        told = AuditEntry.objects.filter(table_name="webhooks_endpoint")
        assert [row.action for row in told] == ["insert"]
        assert "sealed:" not in str(told[0].after) and "whsec" not in str(told[0].after)
    for address in (LIST, f"{LIST}{made.pk}/", f"{LIST}{made.pk}/edit/"):
        assert "whsec" not in alicia.get(address).content.decode()


def test_a_change_keeps_the_secret(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    wanted = {"name": "ERP", "url": "https://erp.example/", "kinds": ["thing.ended"],
              "clients": [cast.cafe.pk]}  # fmt: skip
    assert alicia.post(f"{LIST}{crm.pk}/edit/", wanted).url == f"{LIST}{crm.pk}/"
    assert "ERP https://erp.example/ On thing.ended Cafe 0 0 0" in text(alicia.get(LIST))
    with tenant_scope(cast.aurora.pk):
        assert Endpoint.objects.get().secret == crm.secret
    form = alicia.get(f"{LIST}{crm.pk}/edit/").context["form"]
    assert form.initial["clients"] == [cast.cafe]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "http://hooks.example/"}, "The address begins with https://."),
        ({"url": "https://127.0.0.1/"}, "The address is not a public one"),
        ({"url": "https://hooks.example:22/"}, "to these ports only: 443, 8443."),
        ({"url": "https://a:b@hooks.example/"}, "carries a user or a password"),
        ({"name": ""}, "This field is required."),
        ({"kinds": ["thing.unheard_of"]}, "Select a valid choice"),
        ({"has_all_clients": ""}, "Choose at least one client, or all of them."),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    cast: Cast, alicia: Browser, wrong: dict[str, Any], words: str
) -> None:
    assert words in text(alicia.post(f"{LIST}new/", {**FORM, **wrong}))
    with tenant_scope(cast.aurora.pk):
        assert not Endpoint.objects.exists()


def test_there_is_an_end_of_endpoints(cast: Cast, alicia: Browser, settings: Any) -> None:
    with tenant_scope(cast.aurora.pk):
        for _number in range(20):
            endpoint_create(cast.aurora, EndpointWish("x", "https://a.example"), None)
    assert "An agency has at most 20 webhooks." in text(alicia.post(f"{LIST}new/", FORM))


def test_the_secret_is_asked_for_again(cast: Cast, crm: Endpoint) -> None:
    """New, edit, rotate and delete want to know first that it is still the same person."""
    TOTP.activate(cast.alicia, "JBSWY3DPEHPK3PXP")
    alicia = browser(cast.alicia)
    one = f"{LIST}{crm.pk}/"
    for address in (f"{LIST}new/", f"{one}edit/", f"{one}rotate/", f"{one}delete/"):
        answer = alicia.post(address, FORM, headers={"referer": f"http://testserver{one}"})
        assert answer.status_code == 302, address
        assert answer.url.startswith("/accounts/reauthenticate/"), address
    with tenant_scope(cast.aurora.pk):
        [left] = Endpoint.objects.all()
        assert (left.secret, left.name) == (crm.secret, "CRM")


def test_a_rotation_shows_the_new_one_and_keeps_both_for_a_day(
    cast: Cast, alicia: Browser, crm: Endpoint
) -> None:
    with tenant_scope(cast.aurora.pk):
        [old] = secrets_of(crm, timezone.now())
    shown = alicia.post(f"{LIST}{crm.pk}/rotate/")
    [new] = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", shown.content.decode())
    assert "The former secret signs beside it until" in text(shown)
    with tenant_scope(cast.aurora.pk):
        assert secrets_of(Endpoint.objects.get(), timezone.now()) == [new, old]


def test_the_log(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    happen(cast, "1", "2")
    with tenant_scope(cast.aurora.pk):
        first, second = Delivery.objects.select_related("event").order_by("pk")
        Attempt.objects.create(
            agency=cast.aurora, client=cast.bodega, delivery=first, number=1, at=timezone.now(),
            milliseconds=120, status=500, problem="status", answer="<script>alert(1)</script>",
        )  # fmt: skip
        Delivery.objects.filter(pk=first.pk).update(state="failed", attempts=1, due_at=None)
    one = f"{LIST}{crm.pk}/"
    rows = [" ".join(line.delivery.state for line in alicia.get(address).context["deliveries"])
            for address in (one, f"{one}?state=failed", f"{one}?kind=thing.ended", f"{one}?state=x")]  # fmt: skip
    assert rows == ["due failed", "failed", "", "due failed"]
    listed = text(alicia.get(one))
    assert "Given up Bodega" in listed and "500 120 ms 1" in listed
    detail = alicia.get(f"{one}events/{first.pk}/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in detail.content.decode()
    assert "&lt;b&gt;1" in detail.content.decode()
    assert first.event.uid in text(detail)
    assert "Not tried yet." in text(alicia.get(f"{one}events/{second.pk}/"))
    assert "Nothing of that kind" in text(alicia.get(f"{one}?kind=thing.ended"))


def test_one_is_sent_again(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    happen(cast, "1")
    with tenant_scope(cast.aurora.pk):
        Delivery.objects.update(state="done", due_at=None, tries=3)
        number = Delivery.objects.get().pk
    address = f"{LIST}{crm.pk}/events/{number}/"
    assert alicia.post(f"{address}replay/").url == address
    assert states(cast) == ["due"]
    assert "It is sent again, with the same id." in text(alicia.get(address))


def test_all_of_some_hours_are_sent_again(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    happen(cast, "1", "2")
    one = f"{LIST}{crm.pk}/"
    with tenant_scope(cast.aurora.pk):
        Delivery.objects.update(state="done", due_at=None)

    def replay(**form: str) -> str:
        return text(alicia.post(f"{one}replay/", form, follow=True))

    assert "There was none to send." in replay(hours="24")
    assert states(cast) == ["done", "done"]
    assert "2 events are sent again." in replay(hours="24", with_delivered="on")
    assert states(cast) == ["due", "due"]
    assert "Choose since when." in replay(hours="5")


def test_off_and_on(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    happen(cast, "1")
    one = f"{LIST}{crm.pk}/"
    off = text(alicia.post(f"{one}disable/", follow=True))
    assert "Somebody switched it off. 1 event is held back." in off
    assert "Send a test event" not in off
    for address in (f"{one}test/", f"{one}replay/"):
        answer = alicia.post(address, {"hours": "24"}, follow=True)
        assert "Switch the webhook on first." in text(answer)
    assert states(cast) == ["held"]
    on = text(alicia.post(f"{one}enable/", {"waiting": "send"}, follow=True))
    assert "It is on, and 1 event that waited is being sent." in on
    assert states(cast) == ["due"]
    alicia.post(f"{one}disable/")
    alicia.post(f"{one}enable/")
    assert states(cast) == ["dropped"]


def test_a_test_event(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    answer = alicia.post(f"{LIST}{crm.pk}/test/", follow=True)
    assert "A test event is on its way" in text(answer)
    with tenant_scope(cast.aurora.pk):
        assert Delivery.objects.get().event.payload["data"] == {"sent_by": "Alicia"}


def test_away_with_its_log(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    happen(cast, "1")
    assert alicia.post(f"{LIST}{crm.pk}/delete/").url == LIST
    assert states(cast) == []
    assert alicia.get(f"{LIST}{crm.pk}/").status_code == 404


def test_a_delivery_is_found_at_its_endpoint_only(
    cast: Cast, alicia: Browser, crm: Endpoint
) -> None:
    with tenant_scope(cast.aurora.pk):
        other = endpoint_create(cast.aurora, EndpointWish("ERP", "https://a.example"), None)[0]
        endpoint_test(other, "x", timezone.now())
        number = Delivery.objects.get().pk
    assert alicia.get(f"{LIST}{crm.pk}/events/{number}/").status_code == 404
    assert alicia.post(f"{LIST}{crm.pk}/events/{number}/replay/").status_code == 404


def test_more_rows_ask_no_more_questions(cast: Cast, alicia: Browser, crm: Endpoint) -> None:
    def counts() -> list[int]:
        found = []
        for address in (LIST, f"{LIST}{crm.pk}/"):
            alicia.get(address)
            with CaptureQueriesContext(connection) as captured:
                alicia.get(address)
            found.append(len(captured))
        return found

    happen(cast, "1")
    before = counts()
    happen(cast, *"23456789")
    with tenant_scope(cast.aurora.pk):
        for client in (cast.bodega, cast.cafe):
            wish = EndpointWish("x", "https://a.example", clients=[client])
            endpoint_create(cast.aurora, wish, None)
    # The clients of limited endpoints are one question more.
    assert counts() == [before[0] + 1, before[1]]
