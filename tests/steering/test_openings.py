"""Whether anybody of a client looks at its numbers: noted as they open them, and said on the portfolio."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Membership, MembershipClient, User
from accounts.tenancy import tenant_scope
from steering.models import Opening
from steering.openings import last_openings, opening_note
from tests.cast import Cast

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
TODAY = date(2026, 3, 16)
BODEGA = "/a/aurora/c/bodega/"


@pytest.fixture
def scene(cast: Cast) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=False):
        yield cast


def came(user: User) -> Browser:
    """A login is another matter: it is put back to where it was."""
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    User.objects.filter(pk=user.pk).update(last_login=user.last_login)
    return browser


def noted(cast: Cast) -> list[tuple[str, date, date, int]]:
    with tenant_scope(cast.aurora.pk):
        rows = Opening.objects.order_by("client__slug", "pk")
        return list(rows.values_list("client__slug", "first_on", "last_on", "days"))


def said(cast: Cast, user: User) -> str:
    board = came(user).get("/a/aurora/goals/").context["board"]
    return next(line.unread for line in board.lines if line.client == cast.bodega)


def limited(cast: Cast, user: User) -> None:
    with tenant_scope(cast.aurora.pk):
        Membership.objects.filter(user=user).update(sees_all_clients=False)
        MembershipClient.objects.create(
            agency=cast.aurora, client=cast.bodega, membership=Membership.objects.get(user=user)
        )


@pytest.mark.parametrize("path", ["", "kpi/leads/", "goals/", "plan/", "glossary.pdf"])
def test_what_a_viewer_opens_is_noted_once_a_day(scene: Cast, path: str) -> None:
    browser = came(scene.vera)
    for _twice in range(2):
        assert browser.get(BODEGA + path).status_code == 200
    assert noted(scene) == [("bodega", TODAY, TODAY, 1)]
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        came(scene.vera).get(BODEGA + path)
    assert noted(scene) == [("bodega", TODAY, TODAY + timedelta(days=3), 2)]


def test_what_is_no_opening(scene: Cast) -> None:
    for person in (scene.alicia, scene.marta, scene.ana):
        came(person).get(BODEGA)
    viewer = came(scene.vera)
    assert viewer.get(f"{BODEGA}goals/incidents/").status_code == 403
    assert viewer.get(f"{BODEGA}kpi/unheard/").status_code == 404
    assert viewer.get("/a/aurora/inbox/").status_code == 200
    viewer.head(BODEGA)
    viewer.get(BODEGA, headers={"HX-Request": "true"})
    assert came(scene.malena).get(BODEGA).status_code == 404
    assert noted(scene) == []


def test_a_login_or_an_opening_is_reading(scene: Cast) -> None:
    User.objects.filter(pk=scene.vera.pk).update(last_login=NOW - timedelta(days=36))
    assert said(scene, scene.marta) == "5 weeks"
    with tenant_scope(scene.aurora.pk):
        vera = Membership.objects.get(user=scene.vera)
        opening_note(scene.bodega, vera.pk, TODAY - timedelta(days=28))
    assert said(scene, scene.marta) == "4 weeks"
    with tenant_scope(scene.aurora.pk):
        opening_note(scene.bodega, vera.pk, TODAY - timedelta(days=27))
        opening_note(scene.bodega, vera.pk, TODAY - timedelta(days=29))  # a clock that was behind
    assert said(scene, scene.marta) == ""


def test_who_is_limited_to_some_clients_goes_by_what_was_opened(scene: Cast) -> None:
    limited(scene, scene.ana)
    assert said(scene, scene.ana) == "Never opened"
    came(scene.vera).get(BODEGA)
    assert said(scene, scene.ana) == ""
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert said(scene, scene.ana) == "4 weeks"


def test_the_wall(scene: Cast) -> None:
    came(scene.vera).get(BODEGA)
    with tenant_scope(scene.boreal.pk):
        assert last_openings(scene.aurora.pk) == {}
    with tenant_scope(scene.aurora.pk, (scene.cafe.pk,)):
        assert last_openings(scene.aurora.pk) == {}
    with tenant_scope(scene.aurora.pk, (scene.bodega.pk,)):
        assert last_openings(scene.aurora.pk) == {scene.bodega.pk: TODAY}
