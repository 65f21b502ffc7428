"""The checklist of the first steps follows from facts; it is for who may act, and can be closed."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Invitation, InvitationClient, User
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.pages.checklist import Checklist
from tests.browser.world import tell_bodega
from tests.cast import Cast


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def done(checklist: Checklist | None) -> dict[str, bool]:
    assert checklist is not None
    return {step.key: step.is_done for step in checklist.steps}


def test_what_is_there_is_ticked(cast: Cast) -> None:
    alicia = browser_of(cast.alicia)
    assert done(alicia.get("/a/aurora/").context["checklist"]) == {
        "client": True, "data": False, "goal": False, "colleague": True, "viewer": True, "factor": False,
    }  # fmt: skip
    cafe = "/a/aurora/c/cafe/"
    assert done(alicia.get(cafe).context["checklist"]) == {
        "data": False, "goal": False, "viewer": False,
    }  # fmt: skip
    tell_bodega(cast)
    TOTP.activate(cast.alicia, "JBSWY3DPEHPK3PXP")
    assert alicia.get("/a/aurora/").context["checklist"].is_shown is False
    assert "First steps" not in alicia.get("/a/aurora/").content.decode()
    with tenant_scope(cast.aurora.pk):
        offer = Invitation.objects.create(
            agency=cast.aurora, email="c@example.com", role="viewer", secret_hash="x",
            expires_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
        InvitationClient.objects.create(agency=cast.aurora, client=cast.cafe, invitation=offer)
    assert done(alicia.get(cafe).context["checklist"])["viewer"] is True


def test_a_source_that_is_only_named_is_no_data(cast: Cast) -> None:
    alicia = browser_of(cast.alicia)
    settling = "/a/aurora/c/cafe/data/settling/"
    assert alicia.post(settling, {"ads:google_ads": "7"}).status_code == 302
    with tenant_scope(cast.aurora.pk):
        sync = SourceSync.objects.get()
        assert (sync.family, sync.source, sync.settle_days) == ("ads", "google_ads", 7)
    assert done(alicia.get("/a/aurora/c/cafe/").context["checklist"])["data"] is False
    assert "There is no data of this client yet" in alicia.get("/a/aurora/c/cafe/").content.decode()
    alicia.post(settling, {"ads:google_ads": ""})
    with tenant_scope(cast.aurora.pk):
        assert SourceSync.objects.get().settle_days is None
    bad = alicia.post(settling, {"ads:google_ads": "-1"})
    assert list(bad.context["form"].errors) == ["ads:google_ads"]


def test_it_is_closed_for_everybody_and_stays_closed(cast: Cast) -> None:
    alicia, marta = browser_of(cast.alicia), browser_of(cast.marta)
    assert marta.get("/a/aurora/").context["checklist"] is None, "a manager adds no clients"
    assert done(marta.get("/a/aurora/c/cafe/").context["checklist"]) == {
        "data": False,
        "goal": False,
    }
    marta.post("/a/aurora/c/cafe/start/close/")
    assert alicia.get("/a/aurora/c/cafe/").context["checklist"] is None
    assert alicia.get("/a/aurora/c/bodega/").context["checklist"] is not None
    alicia.post("/a/aurora/start/close/")
    assert alicia.get("/a/aurora/").context["checklist"] is None


@pytest.mark.parametrize("who", ["ana", "vera"])
def test_who_may_not_act_is_shown_none(cast: Cast, who: str) -> None:
    assert browser_of(getattr(cast, who)).get("/a/aurora/c/bodega/").context["checklist"] is None


def test_a_viewer_is_told_how_to_read_and_whom_to_ask(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        cast.bodega.contact = "Marta · <b>marta@example.com</b>"
        cast.bodega.save()
    vera, page = browser_of(cast.vera), "/a/aurora/c/bodega/"
    words = vera.get(page).content.decode()
    assert (
        "How to read this page" in words and '<details class="panel guide no-print" open>' in words
    )
    assert "Marta · &lt;b&gt;marta@example.com" in words
    assert vera.post("/me/guide/", {"next": page}).url == page
    assert '<details class="panel guide no-print">' in vera.get(page).content.decode()
    assert User.objects.get(pk=cast.vera.pk).guide_closed_at > datetime(2026, 1, 1, tzinfo=UTC)
    assert "How to read this page" not in browser_of(cast.alicia).get(page).content.decode()


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "javascript:1", ""]
)
def test_the_way_on_is_one_of_our_pages(cast: Cast, next_page: str) -> None:
    assert browser_of(cast.vera).post("/me/guide/", {"next": next_page}).url == "/"
