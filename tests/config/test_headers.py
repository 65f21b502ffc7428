"""The headers of every kind of answer, whole: pages, failures, downloads, pictures, static files."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Agency
from accounts.tenancy import tenant_scope
from tests.cast import Cast

HERE = Client(headers={"host": "localhost"})
GUARDED = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
BODEGA = "/a/aurora/c/bodega/"


def found(response: Any) -> dict[str, str]:
    return {name: response.get(name, "") for name in GUARDED}


def caller(user: Any) -> Client:
    browser = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("path", ["/accounts/login/", "/nothing-here", "/healthz", "/metrics"])
def test_every_answer_is_guarded(db: None, path: str) -> None:
    response = HERE.get(path)
    assert found(response) == GUARDED
    assert "no-store" in response["Cache-Control"] and "Content-Security-Policy" in response


def refused(cast: Cast) -> dict[int, Any]:
    """A page of each failure that a person may meet."""
    anonymous, vera = Client(raise_request_exception=False), caller(cast.vera)
    for _ in range(6):
        often = anonymous.post("/accounts/password/reset/", {"email": "ana@example.com"})
    return {
        400: anonymous.get("/accounts/login/", headers={"host": "not a host"}),
        403: vera.get("/a/aurora/members/"),
        404: vera.get("/a/boreal/"),
        405: vera.get("/a/aurora/c/bodega/leads/bulk/"),
        429: often,
        500: vera.get("/a/aurora/raises/"),
    }


def test_failures_are_guarded_too(cast: Cast, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.accounts.scope_urls"
    answers = refused(cast)
    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    for status, answer in answers.items():
        assert (status, found(answer)) == (status, GUARDED)
        assert "no-store" in answer["Cache-Control"], status
        assert "default-src 'none'" in answer["Content-Security-Policy"], status
        assert "Traceback" not in answer.content.decode()
    assert "Wait a few minutes" in answers[429].content.decode()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"{BODEGA}leads/rows.csv", "text/csv; charset=utf-8"),
        (f"{BODEGA}numbers.csv?keys=leads", "text/csv; charset=utf-8"),
        ("/a/aurora/glossary.pdf", "application/pdf"),
        ("/api/v1/clients/", "application/json"),
    ],
)
def test_downloads_are_guarded_and_kept_by_nobody(cast: Cast, path: str, kind: str) -> None:
    browser = caller(cast.alicia)
    answer = browser.get(path, headers={"rumbo-agency": "aurora"})
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert found(answer) == GUARDED
    assert "no-store" in answer["Cache-Control"] and "Content-Security-Policy" in answer


def test_a_picture_that_somebody_sent_runs_nothing(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        Agency.objects.update(logo=b"\x89PNG", logo_type="image/png")
    answer = caller(cast.vera).get("/a/aurora/logo")
    assert (answer.status_code, answer["Content-Type"], found(answer)) == (
        200,
        "image/png",
        GUARDED,
    )
    assert "private" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_static_files_are_guarded_and_for_our_pages_only() -> None:
    answer = HERE.get("/static/rumbo/cards.css")
    assert answer.getvalue()  # read to its end, which closes the file
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    expected = {name: value for name, value in GUARDED.items() if name != "Permissions-Policy"}
    assert {name: answer.get(name, "") for name in expected} == expected
    assert "Access-Control-Allow-Origin" not in answer


def test_the_content_security_policy_allows_nothing_inline_and_nothing_foreign(db: None) -> None:
    policy = dict(
        part.strip().split(" ", 1)
        for part in HERE.get("/accounts/login/")["Content-Security-Policy"].split(";")
    )
    assert "unsafe" not in str(policy)
    assert "http" not in str(policy)
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'",) * 3
