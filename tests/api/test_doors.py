"""Who comes in: tokens, sessions, and the refusals at the door."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import ApiToken
from accounts.tenancy import tenant_transaction
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/"


def test_nobody_comes_in_without_a_token(cast: Cast) -> None:
    response = Browser().get(ADDRESS)
    assert heard(response) == (401, error("token_missing"))
    assert response["WWW-Authenticate"] == 'Bearer realm="rumbo"'


@pytest.mark.parametrize(
    "header", ["Bearer nobody-knows-this", "Bearer ", "Basic YTpi", "rumbo_x", "Bearer é"]
)
def test_an_invalid_token_is_401(cast: Cast, header: str) -> None:
    response = Browser().get(ADDRESS, headers={"Authorization": header})
    assert heard(response) == (401, error("token_invalid"))
    assert response["WWW-Authenticate"] == 'Bearer realm="rumbo"'


def test_an_expired_or_revoked_token_is_401(cast: Cast) -> None:
    now = timezone.now()
    expired = token(cast.aurora, "read", expires_at=now - timedelta(seconds=1))
    revoked = token(cast.aurora, "costs", revoked_at=now)
    lasting = token(cast.aurora, "data:read", expires_at=now + timedelta(hours=1))
    assert heard(expired.get(ADDRESS)) == (401, error("token_invalid"))
    assert heard(revoked.get(ADDRESS)) == (401, error("token_invalid"))
    assert lasting.get(ADDRESS).status_code == 200


def test_a_session_names_its_agency(cast: Cast) -> None:
    assert person(cast.alicia, "aurora").get(ADDRESS).status_code == 200
    unnamed = Browser()
    unnamed.force_login(cast.alicia)
    assert heard(unnamed.get(ADDRESS)) == (400, error("agency_missing"))


def test_a_session_of_another_agency_is_404(cast: Cast) -> None:
    for agency in ("aurora", "no-such-agency"):
        caller = person(cast.malena, agency)
        assert heard(caller.get(ADDRESS)) == (404, error("agency_not_found"))


def test_a_token_wins_over_a_session(cast: Cast, malena_robot: Caller) -> None:
    browser = person(cast.alicia, "aurora").browser
    both = Caller({**malena_robot.headers, "Rumbo-Agency": "aurora"}, browser)
    assert [row["slug"] for row in both.get(ADDRESS).json()["results"]] == ["dulce"]


def test_a_session_reads_without_and_writes_with_the_csrf_token(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(cast.alicia)
    headers = {"Rumbo-Agency": "aurora"}
    assert browser.get(ADDRESS, headers=headers).status_code == 200
    response = browser.post(ADDRESS, {}, content_type="application/json", headers=headers)
    assert heard(response) == (403, error("csrf_failed"))


def test_a_session_writes_with_the_csrf_token(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(cast.alicia)
    page = browser.get("/a/aurora/").content.decode()
    csrf = re.search(r'name="csrf-token" content="(\w+)"', page)
    assert csrf
    response = browser.post(
        "/api/v1/clients/bodega/leads/",
        {"external_id": "L-1", "created_on": "2026-03-01"},
        content_type="application/json",
        headers={"Rumbo-Agency": "aurora", "X-CSRFToken": csrf[1]},
    )
    assert response.status_code == 201


@pytest.mark.parametrize("name", ["aur\0ra", "aurora\n", "'; --", "é" * 500])
def test_a_strange_agency_is_404(cast: Cast, name: str) -> None:
    assert heard(person(cast.alicia, name).get(ADDRESS)) == (404, error("agency_not_found"))


def test_head_needs_what_get_needs(cast: Cast) -> None:
    seller, manager = person(cast.sergio, "aurora"), person(cast.marta, "aurora")
    for path, status in (("/api/v1/kpis/", 200), ("/api/v1/clients/bodega/daily-facts/", 200)):
        assert manager.browser.head(path, headers=manager.headers).status_code == status
        assert seller.browser.head(path, headers=seller.headers).status_code == 403
    assert Browser().head("/api/v1/kpis/").status_code == 401
    assert manager.browser.options("/api/v1/kpis/", headers=manager.headers).status_code == 405


def test_every_other_address_is_a_404_for_programs(cast: Cast, robot: Caller) -> None:
    for path in ("/api/v1/", "/api/v1/clients", "/api/v1/nope/", "/api/v1/kpis/nope/"):
        assert heard(robot.get(path)) == (404, error("not_found"))
    assert heard(robot.post("/api/v1/nope", {})) == (404, error("not_found"))


def test_answers_are_not_kept_by_caches(cast: Cast, robot: Caller) -> None:
    assert robot.get(ADDRESS)["Cache-Control"] == "no-store"


def test_the_answer_is_json_whatever_is_accepted(cast: Cast, robot: Caller) -> None:
    caller = Caller({**robot.headers, "Accept": "text/html"}, robot.browser)
    assert caller.get(ADDRESS)["Content-Type"] == "application/json"


def test_a_body_that_is_too_large_is_413(cast: Cast, robot: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = robot.post("/api/v1/clients/bodega/leads/", {"external_id": "x" * 200})
    assert heard(response) == (413, error("too_large"))


def test_a_broken_form_is_400(cast: Cast, robot: Caller) -> None:
    response = robot.browser.post(
        "/api/v1/clients/bodega/leads/", b"x", content_type="multipart/form-data",
        headers=robot.headers,
    )  # fmt: skip
    assert heard(response) == (400, error("bad_request"))


def test_it_is_remembered_when_a_token_was_used(committed_cast: Cast) -> None:
    cast = committed_cast
    with transaction.atomic():
        caller = token(cast.aurora, "read", client=cast.bodega)
    refused = caller.get(ADDRESS, limit="x")
    assert refused.status_code == 400
    with tenant_transaction(cast.aurora.pk):
        assert ApiToken.objects.get().last_used_at is None
    assert caller.get(ADDRESS).status_code == 200
    with tenant_transaction(cast.aurora.pk):
        first = ApiToken.objects.get().last_used_at
        assert first is not None
    caller.get(ADDRESS)
    with tenant_transaction(cast.aurora.pk):
        assert ApiToken.objects.get().last_used_at == first
